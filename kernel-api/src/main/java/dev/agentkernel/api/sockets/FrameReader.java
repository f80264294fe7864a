package dev.agentkernel.api.sockets;

import dev.agentkernel.api.json.StrictUtf8;
import dev.agentkernel.api.requests.BytesInFlight;
import dev.agentkernel.core.RefusedException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of the bytes that a client sends (RFC 6455, section 5), however they are cut. Between frames it holds nothing; an
 * unfinished message grows with what really arrives, and what is large of it is counted as in flight. Belongs to one thread at a
 * time.
 */
final class FrameReader {

    /** What becomes of the frames. */
    interface Sink {

        /** A frame begins; may refuse it. */
        void frame() throws ProtocolViolation;

        void text(byte[] utf8);

        void ping(byte[] payload);

        void pong();

        /** The client closes; nothing after it is read. */
        void close(SocketClose why);
    }

    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int CONTROL_BYTES_MAX = 125;
    private static final int MASK_BYTES = 4;

    /** What a message may hold without being counted: with the most sockets there can be, it is still little. */
    private static final int UNCOUNTED_BYTES = 8 << 10;

    private final int messageBytesMax;
    private final BytesInFlight inFlight;

    /** The beginning of a header of which the rest has not come; {@code null} mostly. */
    private byte @Nullable [] cutHeader;

    private boolean inPayload;
    private boolean last;
    private int opcode;
    private int mask;
    private int maskAt;
    private int left;
    private byte @Nullable [] control;

    /** The data frames of the present message so far. */
    private byte @Nullable [] message;

    private int messageLength;
    private boolean inMessage;
    private int reserved;

    FrameReader(int messageBytesMax, BytesInFlight inFlight) {
        this.messageBytesMax = messageBytesMax;
        this.inFlight = inFlight;
    }

    /** Whether a frame or a message has begun and not ended. */
    boolean isAmidMessage() {
        return inPayload || inMessage || cutHeader != null;
    }

    /**
     * Reads all of the input.
     *
     * @throws ProtocolViolation if the client breaks the protocol or a limit; nothing may be read after it
     */
    void read(ByteBuffer input, Sink sink) throws ProtocolViolation {
        ByteBuffer bytes = joinCutHeader(input);
        while (true) {
            if (!inPayload && !readHeader(bytes, sink)) {
                return;
            }
            readPayload(bytes);
            if (left > 0) {
                return;
            }
            inPayload = false;
            if (endFrame(sink)) {
                return;
            }
        }
    }

    /** Forgets what has begun. */
    void release() {
        inFlight.release(reserved);
        reserved = 0;
        message = null;
        messageLength = 0;
        inMessage = false;
    }

    private ByteBuffer joinCutHeader(ByteBuffer input) {
        byte[] cut = cutHeader;
        if (cut == null) {
            return input;
        }
        cutHeader = null;
        return ByteBuffer.allocate(cut.length + input.remaining())
                .put(cut)
                .put(input)
                .flip();
    }

    private boolean readHeader(ByteBuffer bytes, Sink sink) throws ProtocolViolation {
        int start = bytes.position();
        int available = bytes.remaining();
        int lengthCode = available < 2 ? 0 : bytes.get(start + 1) & 0x7f;
        int lengthBytes = lengthCode == LENGTH_64 ? Long.BYTES : lengthCode == LENGTH_16 ? Short.BYTES : 0;
        if (available < 2 || available < 2 + lengthBytes + MASK_BYTES) {
            if (available > 0) {
                cutHeader = new byte[available];
                bytes.get(cutHeader);
            }
            return false;
        }
        sink.frame();
        int first = bytes.get();
        int second = bytes.get();
        long length = switch (lengthBytes) {
            case Long.BYTES -> bytes.getLong();
            case Short.BYTES -> bytes.getShort() & 0xffff;
            default -> lengthCode;
        };
        check(first, second, length);
        last = (first & FINAL) != 0;
        opcode = first & 0xf;
        mask = bytes.getInt();
        maskAt = 0;
        left = (int) length;
        inPayload = true;
        if (Opcode.isControl(opcode)) {
            control = new byte[left];
        }
        return true;
    }

    private void check(int first, int second, long length) throws ProtocolViolation {
        if ((first & RESERVED) != 0) {
            throw violation("a reserved bit is set, and no extension was agreed on");
        }
        if ((second & MASKED) == 0) {
            throw violation("a frame is not masked");
        }
        boolean whole = (first & FINAL) != 0;
        switch (first & 0xf) {
            case Opcode.CONTINUATION -> {
                if (!inMessage) {
                    throw violation("nothing is there to be continued");
                }
            }
            case Opcode.TEXT -> {
                if (inMessage) {
                    throw violation("a message begins within another");
                }
            }
            case Opcode.BINARY -> throw new ProtocolViolation(1003, "only text messages are understood");
            case Opcode.CLOSE, Opcode.PING, Opcode.PONG -> {
                if (!whole || length > CONTROL_BYTES_MAX) {
                    throw violation("a control frame is in parts or too long");
                }
            }
            default -> throw violation("the opcode is unknown");
        }
        if (length < 0 || length > messageBytesMax - (Opcode.isControl(first & 0xf) ? 0 : messageLength)) {
            throw new ProtocolViolation(1009, "a message may have " + messageBytesMax + " bytes");
        }
    }

    private static ProtocolViolation violation(String reason) {
        return new ProtocolViolation(SocketClose.protocolError(reason));
    }

    private void readPayload(ByteBuffer bytes) throws ProtocolViolation {
        int count = Math.min(left, bytes.remaining());
        byte[] into;
        int at;
        if (Opcode.isControl(opcode)) {
            into = Objects.requireNonNull(control);
            at = into.length - left;
        } else {
            into = roomFor(count);
            at = messageLength;
            messageLength += count;
            inMessage = true;
        }
        bytes.get(into, at, count);
        unmask(into, at, count);
        left -= count;
    }

    private byte[] roomFor(int more) throws ProtocolViolation {
        byte[] present = message;
        if (present == null) {
            // A frame that came as a whole, and is the whole message, needs no more room than this.
            present = allocate(Math.min(Math.max(more, Math.min(left, UNCOUNTED_BYTES)), messageBytesMax), 0);
        } else if (present.length - messageLength < more) {
            int needed = messageLength + more;
            int larger = Math.min(Math.max(needed, 2 * present.length), messageBytesMax);
            byte[] grown = allocate(larger, present.length);
            System.arraycopy(present, 0, grown, 0, messageLength);
            present = grown;
        }
        message = present;
        return present;
    }

    private byte[] allocate(int size, int before) throws ProtocolViolation {
        int counted = Math.max(0, size - UNCOUNTED_BYTES) - Math.max(0, before - UNCOUNTED_BYTES);
        if (counted > 0) {
            try {
                inFlight.reserve(counted);
            } catch (RefusedException busy) {
                throw new ProtocolViolation(SocketClose.TRY_AGAIN);
            }
            reserved += counted;
        }
        return new byte[size];
    }

    private void unmask(byte[] bytes, int from, int count) {
        for (int i = from; i < from + count; i++) {
            bytes[i] ^= (byte) (mask >>> (24 - 8 * maskAt));
            maskAt = (maskAt + 1) & 3;
        }
    }

    /** Whether the client has closed. */
    private boolean endFrame(Sink sink) throws ProtocolViolation {
        if (Opcode.isControl(opcode)) {
            byte[] payload = Objects.requireNonNull(control);
            control = null;
            switch (opcode) {
                case Opcode.PING -> sink.ping(payload);
                case Opcode.PONG -> sink.pong();
                default -> {
                    sink.close(closeOf(payload));
                    return true;
                }
            }
        } else if (last) {
            endMessage(sink);
        }
        return false;
    }

    private void endMessage(Sink sink) throws ProtocolViolation {
        byte[] bytes = Objects.requireNonNull(message);
        if (StrictUtf8.firstInvalid(bytes, messageLength) >= 0) {
            throw new ProtocolViolation(1007, "a text message is not valid UTF-8");
        }
        byte[] exact = bytes.length == messageLength ? bytes : Arrays.copyOf(bytes, messageLength);
        message = null;
        messageLength = 0;
        inMessage = false;
        try {
            sink.text(exact);
        } finally {
            inFlight.release(reserved);
            reserved = 0;
        }
    }

    private static SocketClose closeOf(byte[] payload) throws ProtocolViolation {
        if (payload.length == 0) {
            return new SocketClose(SocketClose.NO_CODE, "");
        }
        if (payload.length < Short.BYTES) {
            throw violation("a close code has two bytes");
        }
        int code = ByteBuffer.wrap(payload).getShort() & 0xffff;
        byte[] reason = Arrays.copyOfRange(payload, Short.BYTES, payload.length);
        if (!isAllowed(code) || StrictUtf8.firstInvalid(reason, reason.length) >= 0) {
            throw violation("the close code or its reason is not allowed");
        }
        return new SocketClose(code, "closed by the client");
    }

    /** The codes that an endpoint may send (RFC 6455, section 7.4.2). */
    private static boolean isAllowed(int code) {
        return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006) || code >= 3000 && code <= 4999;
    }
}
