package dev.agentkernel.bench.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Finds the end of one HTTP/1.1 response at a time in the bytes of a keep-alive connection, however they are split, and allocates
 * nothing while doing so.
 *
 * <p>It understands what a load generator needs and no more: the status, {@code Content-Length}, {@code Transfer-Encoding:
 * chunked} and {@code Connection: close}. The body is skipped, but for the first bytes of an answer with a status of 400 or more.
 * Not safe for use by several threads.
 */
public final class ResponseReader {
    private static final int LINE_BYTES_MAX = 16 * 1024;
    private static final int ERROR_BODY_BYTES_MAX = 512;
    private static final byte[] CONTENT_LENGTH = lowerCase("content-length");
    private static final byte[] TRANSFER_ENCODING = lowerCase("transfer-encoding");
    private static final byte[] CONNECTION = lowerCase("connection");
    private static final byte[] CHUNKED = lowerCase("chunked");
    private static final byte[] CLOSE = lowerCase("close");

    private enum State {
        STATUS_LINE,
        HEADER,
        FIXED_BODY,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILER,
        COMPLETE
    }

    private final byte[] line = new byte[LINE_BYTES_MAX];
    private final byte[] errorBody = new byte[ERROR_BODY_BYTES_MAX];
    private State state = State.STATUS_LINE;
    private int lineLength;
    private int errorBodyLength;
    private int status;
    private long contentLength;
    private long bodyBytesLeft;
    private long bodyBytes;
    private boolean chunked;
    private boolean closing;

    /** Creates a reader that awaits the first byte of a response. */
    public ResponseReader() {
        reset();
    }

    /** Forgets the last response, so that the next byte is taken for the start of another. */
    public void reset() {
        state = State.STATUS_LINE;
        lineLength = 0;
        errorBodyLength = 0;
        status = 0;
        contentLength = -1;
        bodyBytesLeft = 0;
        bodyBytes = 0;
        chunked = false;
        closing = false;
    }

    /**
     * Consumes bytes up to the end of the response or of the buffer, and returns whether the response is complete.
     *
     * @throws MalformedResponseException when the bytes are no response, or one whose end only a closed connection would tell
     */
    public boolean read(ByteBuffer in) throws MalformedResponseException {
        while (state != State.COMPLETE && in.hasRemaining()) {
            switch (state) {
                case STATUS_LINE, HEADER, CHUNK_SIZE, CHUNK_END, TRAILER -> {
                    if (readLine(in)) {
                        takeLine();
                        lineLength = 0;
                    }
                }
                case FIXED_BODY, CHUNK_DATA -> skipBody(in);
                case COMPLETE -> throw new IllegalStateException("the loop goes on after the end of a response");
            }
        }
        return state == State.COMPLETE;
    }

    /** Returns whether any byte of the current response was seen. */
    public boolean started() {
        return state != State.STATUS_LINE || lineLength > 0;
    }

    /** Returns the status code of the current response, 0 before its status line was read. */
    public int status() {
        return status;
    }

    /** Returns the number of body bytes seen of the current response, without chunk framing. */
    long bodyBytes() {
        return bodyBytes;
    }

    /** Returns whether the server said that it closes the connection after this response. */
    public boolean closing() {
        return closing;
    }

    /** Returns the start of the body when the status is 400 or more, otherwise an empty string. */
    public String errorBody() {
        return new String(errorBody, 0, errorBodyLength, StandardCharsets.UTF_8);
    }

    private boolean readLine(ByteBuffer in) throws MalformedResponseException {
        while (in.hasRemaining()) {
            byte next = in.get();
            if (next == '\n') {
                if (lineLength > 0 && line[lineLength - 1] == '\r') {
                    lineLength--;
                }
                return true;
            }
            if (lineLength == LINE_BYTES_MAX) {
                throw malformed("a line is longer than " + LINE_BYTES_MAX + " bytes");
            }
            line[lineLength++] = next;
        }
        return false;
    }

    private void takeLine() throws MalformedResponseException {
        switch (state) {
            case STATUS_LINE -> takeStatusLine();
            case HEADER -> takeHeader();
            case CHUNK_SIZE -> takeChunkSize();
            case CHUNK_END -> {
                if (lineLength != 0) {
                    throw malformed("a chunk is longer than its size says");
                }
                state = State.CHUNK_SIZE;
            }
            case TRAILER -> {
                if (lineLength == 0) {
                    state = State.COMPLETE;
                }
            }
            case FIXED_BODY, CHUNK_DATA, COMPLETE -> throw new IllegalStateException("a body has no lines");
        }
    }

    private void takeStatusLine() throws MalformedResponseException {
        if (lineLength < 12 || !startsWith("HTTP/1.") || line[8] != ' ') {
            throw malformed("the status line does not start with HTTP/1.x and three digits");
        }
        status = digit(9) * 100 + digit(10) * 10 + digit(11);
        state = State.HEADER;
    }

    private void takeHeader() throws MalformedResponseException {
        if (lineLength == 0) {
            endOfHeaders();
        } else if (isHeader(CONTENT_LENGTH)) {
            contentLength = number(CONTENT_LENGTH.length + 1, 10);
        } else if (isHeader(TRANSFER_ENCODING)) {
            chunked |= valueContains(TRANSFER_ENCODING.length + 1, CHUNKED);
        } else if (isHeader(CONNECTION)) {
            closing |= valueContains(CONNECTION.length + 1, CLOSE);
        }
    }

    private void endOfHeaders() throws MalformedResponseException {
        if (status < 200) {
            // An interim answer: the real one follows on the same connection.
            reset();
        } else if (status == 204 || status == 304) {
            state = State.COMPLETE;
        } else if (chunked) {
            state = State.CHUNK_SIZE;
        } else if (contentLength >= 0) {
            bodyBytesLeft = contentLength;
            state = contentLength == 0 ? State.COMPLETE : State.FIXED_BODY;
        } else {
            throw malformed("status " + status + " has neither Content-Length nor chunks");
        }
    }

    private void takeChunkSize() throws MalformedResponseException {
        bodyBytesLeft = number(0, 16);
        state = bodyBytesLeft == 0 ? State.TRAILER : State.CHUNK_DATA;
    }

    private void skipBody(ByteBuffer in) {
        int count = (int) Math.min(in.remaining(), bodyBytesLeft);
        if (status >= 400 && errorBodyLength < ERROR_BODY_BYTES_MAX) {
            int kept = Math.min(count, ERROR_BODY_BYTES_MAX - errorBodyLength);
            in.get(in.position(), errorBody, errorBodyLength, kept);
            errorBodyLength += kept;
        }
        in.position(in.position() + count);
        bodyBytes += count;
        bodyBytesLeft -= count;
        if (bodyBytesLeft == 0) {
            state = state == State.CHUNK_DATA ? State.CHUNK_END : State.COMPLETE;
        }
    }

    private boolean startsWith(String prefix) {
        for (int i = 0; i < prefix.length(); i++) {
            if (line[i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean isHeader(byte[] name) {
        return lineLength > name.length && line[name.length] == ':' && matches(0, name);
    }

    private boolean valueContains(int from, byte[] word) {
        for (int start = from; start + word.length <= lineLength; start++) {
            if (matches(start, word)) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(int start, byte[] lowerCaseWord) {
        for (int i = 0; i < lowerCaseWord.length; i++) {
            byte actual = line[start + i];
            if (actual != lowerCaseWord[i] && (actual | 0x20) != lowerCaseWord[i]) {
                return false;
            }
        }
        return true;
    }

    private int digit(int index) throws MalformedResponseException {
        int value = Character.digit(line[index], 10);
        if (value < 0) {
            throw malformed("the status is not three digits");
        }
        return value;
    }

    private long number(int from, int radix) throws MalformedResponseException {
        int at = from;
        while (at < lineLength && line[at] == ' ') {
            at++;
        }
        long value = 0;
        int digits = 0;
        for (; at < lineLength && Character.digit(line[at], radix) >= 0; at++, digits++) {
            value = value * radix + Character.digit(line[at], radix);
        }
        // Fifteen hexadecimal digits are the most that cannot overflow a long.
        if (digits == 0 || digits > 15) {
            throw malformed("a length is not a number");
        }
        return value;
    }

    private MalformedResponseException malformed(String what) {
        String seen = new String(line, 0, Math.min(lineLength, 80), StandardCharsets.ISO_8859_1);
        return new MalformedResponseException("cannot read the response: " + what + "; line seen: \"" + seen + "\"");
    }

    private static byte[] lowerCase(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }
}
