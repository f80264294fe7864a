package dev.agentkernel.storage.embedded.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One record line, without its line feed, as a slice of a reader's buffer; valid only while the visitor is being called.
 *
 * <p>A public record begins with its seq, as the member {@code "seq"}, which is told without parsing the JSON.
 */
public final class LogLine {

    private static final byte[] SEQ_PREFIX = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);

    private final byte[] buffer;
    private final int offset;
    private final int length;
    private final long seq;

    LogLine(byte[] buffer, int offset, int length) {
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        this.seq = seqOf(buffer, offset, length);
    }

    /** The array that holds the line among other things; not to be changed. */
    public byte[] buffer() {
        return buffer;
    }

    /** Where in {@link #buffer} the line begins. */
    public int offset() {
        return offset;
    }

    /** How many bytes the line has. */
    public int length() {
        return length;
    }

    /** The public seq of the record; 0 when it has none. */
    public long seq() {
        return seq;
    }

    /** A copy that stays valid. */
    public byte[] copy() {
        return Arrays.copyOfRange(buffer, offset, offset + length);
    }

    /** The line as text. */
    @Override
    public String toString() {
        return new String(buffer, offset, length, StandardCharsets.UTF_8);
    }

    /** The number of a leading member {@code "seq"}, or 0 when the line does not begin so or the number is no seq. */
    static long seqOf(byte[] bytes, int from, int length) {
        int end = from + length;
        int digits = from + SEQ_PREFIX.length;
        if (digits >= end || !Arrays.equals(bytes, from, digits, SEQ_PREFIX, 0, SEQ_PREFIX.length)) {
            return 0;
        }
        long seq = 0;
        for (int i = digits; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return bytes[i] == ',' || bytes[i] == '}' ? seq : 0;
            }
            if (seq > (Long.MAX_VALUE - digit) / 10) {
                return 0;
            }
            seq = seq * 10 + digit;
        }
        return 0;
    }
}
