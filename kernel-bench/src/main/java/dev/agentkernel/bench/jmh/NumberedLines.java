package dev.agentkernel.bench.jmh;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Lines of about 400 bytes like those of events, whose numbers are put in anew for each batch. */
final class NumberedLines {

    /** The first number: all that follow have as many digits, so that they can be put in place. */
    static final long FIRST_SEQ = 1_000_000_000L;

    private static final int LINE_BYTES = 400;
    private static final byte[] BEFORE_NUMBER = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE = line();

    private final int count;
    private final byte[] bytes;
    private long nextSeq = FIRST_SEQ;

    NumberedLines(int count) {
        this.count = count;
        ByteArrayOutputStream lines = new ByteArrayOutputStream(count * LINE.length);
        for (int i = 0; i < count; i++) {
            lines.writeBytes(LINE);
        }
        this.bytes = lines.toByteArray();
    }

    private static byte[] line() {
        String beginning = "{\"seq\":" + FIRST_SEQ
                + ",\"ts\":\"2026-01-01T00:00:00.000000Z\",\"type\":\"message_sent\"," + "\"data\":{\"content\":\"";
        String end = "\"},\"private\":{\"route\":\"PULL\"}}\n";
        String content = "a".repeat(LINE_BYTES - beginning.length() - end.length());
        return (beginning + content + end).getBytes(StandardCharsets.US_ASCII);
    }

    int count() {
        return count;
    }

    /** The number of the first line of the next batch. */
    long nextSeq() {
        return nextSeq;
    }

    /** The next batch: valid until the one after it is made. */
    ByteBuffer next() {
        for (int i = 0; i < count; i++) {
            putNumber(nextSeq++, i * LINE.length + BEFORE_NUMBER.length);
        }
        return ByteBuffer.wrap(bytes);
    }

    private void putNumber(long number, int offset) {
        long rest = number;
        int digits = Long.toString(FIRST_SEQ).length();
        for (int i = digits - 1; i >= 0; i--) {
            bytes[offset + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
