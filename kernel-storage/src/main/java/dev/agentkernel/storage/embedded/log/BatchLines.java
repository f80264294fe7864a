package dev.agentkernel.storage.embedded.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The record lines of one batch, held against what the caller says about them before anything is written.
 *
 * <p>What is wrong here is a mistake of the caller, and would make a log that no reader understands.
 */
final class BatchLines {

    private final byte[] array;
    private final int from;
    private final int length;
    private int records;
    private long firstSeq;
    private long lastSeq;

    private BatchLines(byte[] array, int from, int length) {
        this.array = array;
        this.from = from;
        this.length = length;
    }

    /** Takes the remaining bytes of the buffer, which is left as it is, and goes over its lines. */
    static BatchLines of(ByteBuffer lines, int lineBytesMax) {
        BatchLines batch;
        if (lines.hasArray()) {
            batch = new BatchLines(lines.array(), lines.arrayOffset() + lines.position(), lines.remaining());
        } else {
            byte[] copy = new byte[lines.remaining()];
            lines.duplicate().get(copy);
            batch = new BatchLines(copy, 0, copy.length);
        }
        batch.inspect(lineBytesMax);
        return batch;
    }

    int bytes() {
        return length;
    }

    ByteBuffer buffer() {
        return ByteBuffer.wrap(array, from, length);
    }

    Trailer trailer(long batch, long logLastSeq) {
        CRC32C checksum = new CRC32C();
        checksum.update(array, from, length);
        return new Trailer(batch, records, length, logLastSeq, (int) checksum.getValue());
    }

    private void inspect(int lineBytesMax) {
        int lineStart = from;
        int end = from + length;
        for (int lineFeed = LineFeeds.indexOf(array, from, end);
                lineFeed >= 0;
                lineFeed = LineFeeds.indexOf(array, lineStart, end)) {
            inspectLine(lineStart, lineFeed - lineStart, lineBytesMax);
            lineStart = lineFeed + 1;
        }
        require(lineStart == end, "the last of its lines has no line feed");
    }

    private void inspectLine(int start, int lineLength, int lineBytesMax) {
        records++;
        require(lineLength > 0, "line " + records + " is empty");
        require(
                lineLength <= lineBytesMax,
                "line " + records + " has " + lineLength + " bytes, more than the limit of " + lineBytesMax);
        require(!Trailer.isTrailer(array, start, lineLength), "line " + records + " begins like a trailer");
        long seq = LogLine.seqOf(array, start, lineLength);
        if (seq > 0) {
            require(seq > lastSeq, "line " + records + " has seq " + seq + " after seq " + lastSeq);
            firstSeq = firstSeq == 0 ? seq : firstSeq;
            lastSeq = seq;
        }
    }

    /** Refuses a batch that is not what the caller says, or that does not follow from the end of the log. */
    void requireFits(int givenRecords, long givenFirstSeq, long givenLastSeq, long logLastSeq) {
        require(records > 0, "it has no record");
        require(records == givenRecords, "it has " + records + " lines, not " + givenRecords);
        require(
                givenFirstSeq > logLastSeq,
                "its first seq " + givenFirstSeq + " does not follow the log's last seq " + logLastSeq);
        if (firstSeq == 0) {
            require(
                    givenLastSeq == logLastSeq,
                    "it has no public record, so its lastSeq must be the log's " + logLastSeq + ", not "
                            + givenLastSeq);
        } else {
            require(
                    firstSeq == givenFirstSeq && lastSeq == givenLastSeq,
                    "its lines go from seq " + firstSeq + " to " + lastSeq + ", not from " + givenFirstSeq + " to "
                            + givenLastSeq);
        }
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException("The batch cannot be appended: " + problem);
        }
    }
}
