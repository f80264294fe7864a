package dev.agentkernel.api.answers;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Counts what is written, and keeps it as long as it is small. Belongs to one thread. */
final class MeasuredOutput extends OutputStream {

    /** What is kept: enough for nearly every answer. */
    static final int KEPT_MAX = 64 << 10;

    private static final int INITIAL = 512;

    private byte[] kept = new byte[INITIAL];
    private long size;

    @Override
    public void write(int octet) {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        if (size + length <= KEPT_MAX) {
            int needed = (int) size + length;
            if (needed > kept.length) {
                kept = Arrays.copyOf(kept, Math.min(KEPT_MAX, Math.max(2 * kept.length, needed)));
            }
            System.arraycopy(bytes, offset, kept, (int) size, length);
        }
        size += length;
    }

    long size() {
        return size;
    }

    /** Whether everything was kept. */
    boolean isWhole() {
        return size <= KEPT_MAX;
    }

    void sendTo(OutputStream stream) throws IOException {
        stream.write(kept, 0, (int) size);
    }
}
