package dev.agentkernel.storage.embedded.log;

import dev.agentkernel.storage.embedded.log.LogFiles.ReadFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Verifies the batches of one segment, one after the other: shape, checksum, and their place in the sequence.
 *
 * <p>What has been verified is told by {@link #before}; it starts as the baseline that the caller knows.
 */
final class BatchReader {

    /** What stood at the offset where a batch should begin. */
    sealed interface Found permits Batch, Nothing, Broken {}

    /** A whole batch: its record lines are the bytes from start to linesEnd, its trailer those up to end. */
    record Batch(long start, long linesEnd, long end, Trailer trailer) implements Found {}

    /** The end of the stretch, cleanly. */
    record Nothing() implements Found {}

    /** Something that is no whole batch. */
    record Broken(long start, String expected) implements Found {}

    private final Path path;
    private final LineCursor cursor;
    private final long limit;
    private final CRC32C checksum = new CRC32C();
    private Baseline before;

    /** Reads the stretch of the cursor's file from a batch boundary to a limit. */
    BatchReader(LineCursor cursor, Path path, long start, long limit, Baseline before) {
        this.path = path;
        this.cursor = cursor.seek(start, limit);
        this.limit = limit;
        this.before = before;
    }

    /** Where the log stands behind the last batch verified. */
    Baseline before() {
        return before;
    }

    /**
     * Goes over one batch.
     *
     * @throws CorruptLogException when a whole batch does not follow from the one before
     */
    Found next() throws IOException {
        long start = cursor.offset();
        long observed = cursor.observed();
        Found found = read(start);
        while (found instanceof Broken && cursor.rewrittenSince(observed)) {
            // Some lines as they were and a trailer as it is now: no damage, but to be read again.
            observed = cursor.seek(start, limit).observed();
            found = read(start);
        }
        return found;
    }

    private Found read(long start) throws IOException {
        long lastSeq = before.lastSeq();
        int records = 0;
        checksum.reset();
        while (cursor.next()) {
            if (cursor.tooLong()) {
                return new Broken(start, "a batch, but its line at offset " + cursor.lineStart() + " is too long");
            }
            if (cursor.isTrailer()) {
                return judged(start, records, lastSeq);
            }
            checksum.update(cursor.buffer(), cursor.lineFrom(), cursor.lineLength() + 1);
            records++;
            long seq = LogLine.seqOf(cursor.buffer(), cursor.lineFrom(), cursor.lineLength());
            lastSeq = seq == 0 ? lastSeq : seq;
        }
        return cursor.endsInsideLine() || records > 0
                ? new Broken(start, "a batch with a trailer, but the bytes end before one")
                : new Nothing();
    }

    private Found judged(long start, int records, long lastSeq) {
        Optional<Trailer> read = cursor.trailer();
        if (read.isEmpty()) {
            return new Broken(start, "a batch, but its trailer at offset " + cursor.lineStart() + " is not readable");
        }
        Trailer trailer = read.get();
        long bytes = cursor.lineStart() - start;
        if (trailer.records() != records
                || trailer.bytes() != bytes
                || trailer.checksum() != (int) checksum.getValue()) {
            return new Broken(
                    start,
                    "batch " + trailer.batch() + " of " + trailer.records() + " records, " + trailer.bytes()
                            + " bytes, checksum " + Integer.toHexString(trailer.checksum()) + ", but there are "
                            + records
                            + " records, " + bytes + " bytes, checksum " + Long.toHexString(checksum.getValue()));
        }
        requireSequence(trailer, lastSeq);
        before = new Baseline(trailer.batch(), trailer.lastSeq());
        return new Batch(start, cursor.lineStart(), cursor.offset(), trailer);
    }

    /** The checksum covers the record lines alone; the numbers of the trailer are held against its neighbours. */
    private void requireSequence(Trailer trailer, long lastSeq) {
        if (before.batch() != Baseline.UNKNOWN && trailer.batch() != before.batch() + 1) {
            throw new CorruptLogException(
                    path,
                    cursor.lineStart(),
                    "batch " + (before.batch() + 1) + ", but there is batch " + trailer.batch());
        }
        boolean known = before.batch() != Baseline.UNKNOWN || lastSeq != before.lastSeq();
        if (known ? trailer.lastSeq() != lastSeq : trailer.lastSeq() < lastSeq) {
            throw new CorruptLogException(
                    path,
                    cursor.lineStart(),
                    "a trailer with lastSeq " + lastSeq + ", but it says " + trailer.lastSeq());
        }
    }

    /** Whether the bytes of a stretch have the checksum that a trailer gives them. */
    static boolean checksumFits(ReadFile file, long start, Trailer trailer) throws IOException {
        CRC32C checksum = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(64 * 1024, trailer.bytes()));
        long end = start + trailer.bytes();
        for (long offset = start; offset < end; offset += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - offset));
            if (file.read(buffer, offset) < 0) {
                return false;
            }
            checksum.update(buffer.flip());
        }
        return (int) checksum.getValue() == trailer.checksum();
    }
}
