package dev.agentkernel.api.sockets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Why a socket ends: a code of RFC 6455, section 7.4, or one of the contract, and a short sentence for whoever debugs a client.
 *
 * @param reason at most 123 bytes in UTF-8; goes to the client
 */
public record SocketClose(int code, String reason) {

    /** The client closed without saying why; never sent. */
    public static final int NO_CODE = 1005;

    /** The connection broke; never sent. */
    public static final SocketClose LOST = new SocketClose(1006, "the connection broke");

    public static final SocketClose GOING_AWAY = new SocketClose(1001, "shutting down");
    public static final SocketClose TOO_OLD =
            new SocketClose(1001, "open for as long as a socket may be; connect again");
    public static final SocketClose TOO_SLOW = new SocketClose(1008, "reads too slowly");
    public static final SocketClose TRY_AGAIN = new SocketClose(1013, "the kernel is busy; connect again later");
    public static final SocketClose FAILED = new SocketClose(1011, "the kernel failed");
    public static final SocketClose SILENT = new SocketClose(4408, "silent for too long");
    public static final SocketClose TOO_MANY_FRAMES = new SocketClose(4429, "too many frames");

    private static final int REASON_BYTES_MAX = 123;

    public SocketClose {
        if (reason.getBytes(StandardCharsets.UTF_8).length > REASON_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "the reason '" + reason + "' is longer than " + REASON_BYTES_MAX + " bytes");
        }
    }

    /** A frame that breaks the protocol. */
    static SocketClose protocolError(String reason) {
        return new SocketClose(1002, reason);
    }

    /** What a close frame carries. */
    byte[] payload() {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Short.BYTES + text.length)
                .putShort((short) code)
                .put(text)
                .array();
    }
}
