package dev.agentkernel.storage.embedded.log;

import dev.agentkernel.storage.embedded.log.LogFiles.ReadFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.StampedLock;

/**
 * Goes through the lines of a stretch of a file with one buffer, which grows to the longest line met, up to a limit.
 *
 * <p>Reads little at first and more with every read, so that looking at a few lines stays cheap. Of a line beyond the limit
 * only the length is known.
 */
final class LineCursor {

    private static final int READ_BYTES_FIRST = 4 * 1024;
    private static final int READ_BYTES_MOST = 64 * 1024;

    private final ReadFile file;
    private final int lineBytesMax;
    private final StampedLock rewriting;
    private byte[] buffer = new byte[READ_BYTES_MOST];
    private int from;
    private int to;
    private int searched;
    private long readOffset;
    private long limit;
    private int readBytes;
    private long observed;

    private int lineFrom;
    private int lineTo;
    private long lineStart;
    private boolean tooLong;

    /** Reads only while no line is being rewritten under the given lock. */
    LineCursor(ReadFile file, int lineBytesMax, StampedLock rewriting) {
        this.file = file;
        this.lineBytesMax = lineBytesMax;
        this.rewriting = rewriting;
    }

    /** Goes to an offset; from there lines are read that end at or before the limit. */
    LineCursor seek(long offset, long limit) {
        this.from = 0;
        this.to = 0;
        this.readOffset = offset;
        this.limit = limit;
        this.readBytes = READ_BYTES_FIRST;
        this.observed = rewriting.tryOptimisticRead();
        return this;
    }

    /** Goes to the next line; false when no complete one is left. */
    boolean next() throws IOException {
        lineStart = offset();
        tooLong = false;
        searched = from;
        while (true) {
            int lineFeed = LineFeeds.indexOf(buffer, searched, to);
            if (lineFeed >= 0) {
                lineFrom = from;
                lineTo = lineFeed;
                from = lineFeed + 1;
                tooLong |= lineTo - lineFrom > lineBytesMax;
                return true;
            }
            searched = to;
            if (!fill()) {
                return false;
            }
        }
    }

    /** The offset of the first byte behind the current line. */
    long offset() {
        return readOffset - (to - from);
    }

    /** Once {@link #next} has said false: whether there are bytes behind the last line feed. */
    boolean endsInsideLine() {
        return readOffset > lineStart;
    }

    /** The offset of the current line. */
    long lineStart() {
        return lineStart;
    }

    /** Whether the current line exceeds the limit, so that its bytes are not known. */
    boolean tooLong() {
        return tooLong;
    }

    /** The array that holds the current line. */
    byte[] buffer() {
        return buffer;
    }

    /** Where in {@link #buffer} the current line begins. */
    int lineFrom() {
        return lineFrom;
    }

    /** How many bytes the current line has, without its line feed. */
    int lineLength() {
        return lineTo - lineFrom;
    }

    /** The current line as a record. */
    LogLine line() {
        return new LogLine(buffer, lineFrom, lineTo - lineFrom);
    }

    /** Whether the current line is meant as a trailer. */
    boolean isTrailer() {
        return !tooLong && Trailer.isTrailer(buffer, lineFrom, lineTo - lineFrom);
    }

    /** The current line as a trailer, if it is a readable one. */
    Optional<Trailer> trailer() {
        return tooLong ? Optional.empty() : Trailer.parse(buffer, lineFrom, lineTo - lineFrom);
    }

    /** What has been read lately; to be asked about with {@link #rewrittenSince}. */
    long observed() {
        return observed;
    }

    /** Whether lines may have been rewritten since something was observed. */
    boolean rewrittenSince(long earlier) {
        return !rewriting.validate(earlier);
    }

    private boolean fill() throws IOException {
        long reading = rewriting.readLock();
        try {
            if (rewrittenSince(observed)) {
                forgetPartOfLine();
            }
            return read();
        } finally {
            observed = rewriting.tryConvertToOptimisticRead(reading);
        }
    }

    /** One half of a line as it was and the other as it is now would be no line at all. */
    private void forgetPartOfLine() {
        readOffset = lineStart;
        from = 0;
        to = 0;
        searched = 0;
        tooLong = false;
    }

    private boolean read() throws IOException {
        if (readOffset >= limit) {
            return false;
        }
        makeRoom();
        int wanted = (int) Math.min(Math.min(buffer.length - to, readBytes), limit - readOffset);
        int read = file.read(ByteBuffer.wrap(buffer, to, wanted), readOffset);
        if (read < 0) {
            return false;
        }
        to += read;
        readOffset += read;
        readBytes = Math.min(READ_BYTES_MOST, readBytes * 2);
        return true;
    }

    private void makeRoom() {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            searched -= from;
            from = 0;
        }
        if (to < buffer.length) {
            return;
        }
        if (to > lineBytesMax) {
            tooLong = true;
            to = 0;
            searched = 0;
        } else {
            buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, lineBytesMax + 1L));
        }
    }
}
