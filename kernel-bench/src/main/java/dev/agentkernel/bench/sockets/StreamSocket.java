package dev.agentkernel.bench.sockets;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A subscriber to events over a WebSocket as small as it can be: it passes over frames and says nothing. */
final class StreamSocket implements AutoCloseable {

    private static final int TEXT = 0x1;
    private static final int CLOSE = 0x8;

    private final Socket socket = new Socket();
    private final DataInputStream input;

    /** Connects, and returns when the kernel has agreed. */
    StreamSocket(InetSocketAddress kernel, String path) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(kernel);
        input = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: kernel\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) input.readUnsignedByte());
        }
        if (head.indexOf("HTTP/1.1 101") != 0) {
            throw new BenchmarkFailure("the handshake was answered with " + head.substring(0, head.indexOf("\r")));
        }
    }

    /** Passes over the next text frame; a round is shorter than the kernel waits for an answer to its pings. */
    void skip() throws IOException {
        int opcode;
        do {
            opcode = input.readUnsignedByte() & 0xf;
            long length = input.readUnsignedByte();
            if (length == 126) {
                length = input.readUnsignedShort();
            } else if (length == 127) {
                length = input.readLong();
            }
            input.skipNBytes(length);
            if (opcode == CLOSE) {
                throw new IOException("the stream was closed");
            }
        } while (opcode != TEXT);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException gone) {
            // That is what was wanted.
        }
    }
}
