package dev.agentkernel.webhooks.exchange;

import dev.agentkernel.webhooks.exchange.Reply.Fault;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads answers of HTTP/1.1 (RFC 9112) from one connection, in bounded memory, and no more of them than is needed: the status,
 * {@code Retry-After}, and what tells where the answer ends. Whatever is doubtful makes the connection not reusable.
 */
final class AnswerReader {

    /** The interim answers (1xx) that may come before the answer itself. */
    static final int INTERIM_ANSWERS_MAX = 8;

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.([01]) ([1-9][0-9]{2})(?: .*)?");
    private static final int LENGTH_DIGITS_MAX = 9;
    private static final int CHUNK_LINE_BYTES_MAX = 256;

    private final InputStream in;
    private final int headBytesMax;
    private final byte[] buffer = new byte[2_048];
    private int position;
    private int limit;
    private long bytesRead;

    AnswerReader(InputStream in, int headBytesMax) {
        this.in = in;
        this.headBytesMax = headBytesMax;
    }

    /** Where an answer ends. */
    sealed interface Framing {
        /** After so many bytes. */
        record Length(long bytes) implements Framing {}

        /** After the last chunk. */
        record Chunked() implements Framing {}

        /** When the connection closes, or nobody can tell. */
        record Unknown() implements Framing {}
    }

    /** The head of an answer: {@code persistent} when the connection stays open after it. */
    record Head(int status, @Nullable String retryAfter, Framing framing, boolean persistent) {
        boolean hasNoBody() {
            return framing instanceof Framing.Length(long bytes) && bytes == 0;
        }
    }

    /** Whether a byte of the present answer has come. */
    boolean hasBegun() {
        return bytesRead > 0;
    }

    /** Whether nothing is left over that nobody asked for. */
    boolean isEmpty() throws IOException {
        return position == limit && in.available() == 0;
    }

    /** A request goes out: what comes from now on belongs to its answer. */
    void begin() {
        bytesRead = 0;
    }

    /** Reads to the end of the final answer's header fields; interim answers are skipped. */
    Head readHead() throws IOException {
        int budget = headBytesMax;
        for (int interim = 0; interim <= INTERIM_ANSWERS_MAX; interim++) {
            HeadLines lines = new HeadLines(budget);
            Head head = lines.read();
            if (head.status() >= 200) {
                return head;
            }
            if (head.status() == 101) {
                throw new AnswerFailure(Fault.ANSWER_MALFORMED);
            }
            budget = lines.budget;
        }
        throw new AnswerFailure(Fault.ANSWER_TOO_LARGE);
    }

    /** Reads the body and throws it away; tells whether it ended within the bound. */
    boolean skipBody(Framing framing, long bytesMax) throws IOException {
        return switch (framing) {
            case Framing.Length(long bytes) -> bytes <= bytesMax && skip(bytes);
            case Framing.Chunked() -> skipChunks(bytesMax);
            case Framing.Unknown() -> false;
        };
    }

    private boolean skip(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            if (position == limit && !fill()) {
                return false;
            }
            int step = (int) Math.min(left, limit - position);
            position += step;
            left -= step;
        }
        return true;
    }

    private boolean skipChunks(long bytesMax) throws IOException {
        long left = bytesMax;
        while (left > 0) {
            String line = readLine(CHUNK_LINE_BYTES_MAX);
            left -= line.length() + 2L;
            String digits = line.split(";", 2)[0].strip();
            if (!digits.matches("[0-9a-fA-F]{1,7}")) {
                return false;
            }
            int size = Integer.parseInt(digits, 16);
            if (size == 0) {
                // Trailer fields are not worth reading for a connection.
                return readLine(CHUNK_LINE_BYTES_MAX).isEmpty();
            }
            left -= size;
            if (left < 0 || !skip(size) || !readLine(CHUNK_LINE_BYTES_MAX).isEmpty()) {
                return false;
            }
        }
        return false;
    }

    private String readLine(int bytesMax) throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (true) {
            if (position == limit && !fill()) {
                throw new EOFException("the connection was closed within an answer");
            }
            byte next = buffer[position++];
            if (next == '\n') {
                int length = line.length();
                if (length > 0 && line.charAt(length - 1) == '\r') {
                    line.setLength(length - 1);
                }
                return line.toString();
            }
            if (line.length() == bytesMax) {
                throw new AnswerFailure(Fault.ANSWER_TOO_LARGE);
            }
            line.append((char) (next & 0xff));
        }
    }

    private boolean fill() throws IOException {
        int read = in.read(buffer, 0, buffer.length);
        if (read <= 0) {
            return false;
        }
        position = 0;
        limit = read;
        bytesRead += read;
        return true;
    }

    /** The status line and header fields of one answer. */
    private final class HeadLines {

        private int budget;
        private @Nullable String retryAfter;
        private @Nullable String length;
        private boolean lengthIsDoubtful;
        private @Nullable String transferCoding;
        private boolean close;

        private HeadLines(int budget) {
            this.budget = budget;
        }

        private Head read() throws IOException {
            Matcher statusLine = STATUS_LINE.matcher(next());
            if (!statusLine.matches()) {
                throw new AnswerFailure(Fault.ANSWER_MALFORMED);
            }
            close = statusLine.group(1).equals("0");
            int status = Integer.parseInt(statusLine.group(2));
            for (String line = next(); !line.isEmpty(); line = next()) {
                field(line);
            }
            if (status > 599) {
                throw new AnswerFailure(Fault.ANSWER_MALFORMED);
            }
            Framing framing = framingOf(status);
            return new Head(status, retryAfter, framing, !close && !(framing instanceof Framing.Unknown));
        }

        private String next() throws IOException {
            String line = readLine(budget);
            // The two bytes of the line's end count, so that empty lines use up the budget, too.
            budget -= line.length() + 2;
            if (budget <= 0) {
                throw new AnswerFailure(Fault.ANSWER_TOO_LARGE);
            }
            return line;
        }

        private void field(String line) throws AnswerFailure {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new AnswerFailure(Fault.ANSWER_MALFORMED);
            }
            String value = line.substring(colon + 1).strip();
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "retry-after" -> retryAfter = value;
                case "connection" -> close |= !value.equalsIgnoreCase("keep-alive");
                case "content-length" -> {
                    lengthIsDoubtful |= length != null && !length.equals(value);
                    length = value;
                }
                case "transfer-encoding" ->
                    transferCoding = transferCoding == null ? value : transferCoding + "," + value;
                default -> {
                    // Nobody's business.
                }
            }
        }

        private Framing framingOf(int status) {
            if (status == 204 || status == 304) {
                return new Framing.Length(0);
            }
            if (transferCoding != null) {
                boolean chunked = transferCoding.equalsIgnoreCase("chunked") && length == null;
                return chunked ? new Framing.Chunked() : new Framing.Unknown();
            }
            if (length == null || lengthIsDoubtful || !isLength(length)) {
                return new Framing.Unknown();
            }
            return new Framing.Length(Long.parseLong(length));
        }

        private static boolean isLength(String value) {
            return value.length() <= LENGTH_DIGITS_MAX
                    && !value.isEmpty()
                    && value.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        }
    }
}
