package dev.agentkernel.bench.sockets;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

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
        Handshake.make(socket, input, path, "");
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
