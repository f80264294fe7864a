package dev.agentkernel.storage.embedded.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Bytes to be put in the place of others, written down before the first of them is, so that a crash in the middle can be
 * finished: putting them there twice is no different from once.
 *
 * @param patches what goes where
 */
record Redo(List<Patch> patches) {

    /** The file that holds a redo until it is done. */
    static final String FILE_NAME = "rewrite.redo";

    private static final long FORM = 0x6b_72_65_64_6f_30_30_31L;
    private static final int PATCH_HEAD_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES;
    private static final int FRAME_BYTES = Long.BYTES + Integer.BYTES + Integer.BYTES;

    /** Bytes for a segment, at an offset. */
    record Patch(long segmentFirstSeq, long offset, ByteBuffer bytes) {

        int length() {
            return bytes.remaining();
        }

        /** The offset behind it. */
        long end() {
            return offset + length();
        }
    }

    /** The content of the file: a mark, the patches, a checksum over both. */
    ByteBuffer encode() {
        int size = FRAME_BYTES
                + patches.stream()
                        .mapToInt(patch -> PATCH_HEAD_BYTES + patch.length())
                        .reduce(0, Math::addExact);
        ByteBuffer content = ByteBuffer.allocate(size).putLong(FORM).putInt(patches.size());
        for (Patch patch : patches) {
            content.putLong(patch.segmentFirstSeq()).putLong(patch.offset()).putInt(patch.length());
            content.put(patch.bytes().duplicate());
        }
        return content.putInt(checksum(content, content.position())).flip();
    }

    /** Reads the content of the file; empty when it was not written to its end, and so nothing has been patched yet. */
    static Optional<Redo> decode(ByteBuffer content) {
        int checked = content.limit() - Integer.BYTES;
        if (content.limit() < FRAME_BYTES
                || content.getInt(checked) != checksum(content, checked)
                || content.getLong() != FORM) {
            return Optional.empty();
        }
        List<Patch> patches = new ArrayList<>();
        for (int left = content.getInt(); left > 0; left--) {
            long segmentFirstSeq = content.getLong();
            long offset = content.getLong();
            byte[] bytes = new byte[content.getInt()];
            content.get(bytes);
            patches.add(new Patch(segmentFirstSeq, offset, ByteBuffer.wrap(bytes)));
        }
        return Optional.of(new Redo(patches));
    }

    private static int checksum(ByteBuffer content, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(content.duplicate().position(0).limit(length));
        return (int) checksum.getValue();
    }
}
