package dev.agentkernel.storage.embedded.log;

import java.io.IOException;
import java.util.Optional;

/**
 * Finds a seq inside a segment by halving it: every line begins with its number, and no line feed stands within one.
 *
 * <p>A segment of 100 MiB takes about a dozen reads of a few KiB, whether it is read for the first time or not, and no memory
 * between them; an index in memory would have to be built by reading the whole segment and be kept for each.
 */
final class SeqSearch {

    private static final long NEAR_BYTES = 32 * 1024;

    private SeqSearch() {}

    /** The offset of a line at or before the first one with a higher seq, and near it unless lines are long. */
    static long startOf(LineCursor cursor, long sinceSeq, long limit) throws IOException {
        long low = 0;
        long high = limit;
        while (high - low > NEAR_BYTES) {
            long middle = low + (high - low) / 2;
            long numbered = firstNumberedLine(cursor, middle, high, limit, sinceSeq);
            if (numbered < 0) {
                high = middle;
            } else {
                low = numbered;
            }
        }
        return low;
    }

    /** The offset of the first numbered line that begins behind the middle; -1 when its number is higher or there is none. */
    private static long firstNumberedLine(LineCursor cursor, long middle, long high, long limit, long sinceSeq)
            throws IOException {
        cursor.seek(middle, limit);
        // What is left of the line that the middle fell into.
        cursor.next();
        while (cursor.next() && cursor.lineStart() < high) {
            long number = numberOf(cursor);
            if (number >= 0) {
                return number <= sinceSeq ? cursor.lineStart() : -1;
            }
        }
        return -1;
    }

    /** A record's own seq, or the last one before a trailer; -1 for a line without either. */
    private static long numberOf(LineCursor cursor) {
        if (cursor.isTrailer()) {
            Optional<Trailer> trailer = cursor.trailer();
            return trailer.map(Trailer::lastSeq).orElse(-1L);
        }
        long seq = cursor.tooLong() ? 0 : LogLine.seqOf(cursor.buffer(), cursor.lineFrom(), cursor.lineLength());
        return seq == 0 ? -1 : seq;
    }
}
