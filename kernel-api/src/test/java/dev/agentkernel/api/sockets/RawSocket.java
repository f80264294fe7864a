package dev.agentkernel.api.sockets;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that does exactly what a test says, and nothing by itself. */
public final class RawSocket implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private final Socket socket = new Socket();
    private final DataInputStream input;
    final String answer;

    /** What the server sent. */
    public record Frame(int opcode, byte[] payload) {

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** The code of a close frame. */
        public int code() {
            return (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        }
    }

    public RawSocket(int port) throws IOException {
        this(
                port,
                "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Key: " + KEY + "\r\n");
    }

    RawSocket(int port, String header) throws IOException {
        // Small, so that a client that does not read is soon noticed.
        socket.setReceiveBufferSize(4 << 10);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        input = new DataInputStream(socket.getInputStream());
        send(("GET / HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) input.readUnsignedByte());
        }
        answer = head.toString();
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    public Frame read() throws IOException {
        int first = input.readUnsignedByte();
        int length = input.readUnsignedByte();
        if (length == 126) {
            length = input.readUnsignedShort();
        } else if (length == 127) {
            length = (int) input.readLong();
        }
        return new Frame(first & 0xf, input.readNBytes(length));
    }

    /** Whether the server has closed the connection, and nothing else came. */
    boolean isAtEnd() throws IOException {
        return input.read() < 0;
    }

    /** Breaks the connection without a word. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
