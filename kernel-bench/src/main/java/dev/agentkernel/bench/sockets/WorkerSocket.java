package dev.agentkernel.bench.sockets;

import dev.agentkernel.bench.load.Agent;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A worker's socket as small as it can be: one may write while another reads. */
public final class WorkerSocket implements AutoCloseable {

    private static final int BUFFER_BYTES = 1024;
    private static final int TEXT = 0x81;
    private static final int PING = 0x9;
    private static final int PONG = 0x8a;
    private static final int CLOSE = 0x8;
    private static final int MASKED = 0x80;

    private final Socket socket = new Socket();
    private final DataInputStream input;

    /** Connects, and returns when the kernel has said hello. */
    public WorkerSocket(InetSocketAddress kernel, Agent agent, String workerId) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(kernel);
        input = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
        Handshake.make(socket, input, "/ws/agent?worker_id=" + workerId, agent.token());
        read();
    }

    /** The next text frame; pings are answered on the way. */
    public String read() throws IOException {
        while (true) {
            int opcode = input.readUnsignedByte() & 0xf;
            int length = input.readUnsignedByte();
            if (length == 126) {
                length = input.readUnsignedShort();
            } else if (length == 127) {
                length = (int) input.readLong();
            }
            byte[] payload = input.readNBytes(length);
            if (opcode == CLOSE) {
                throw new IOException("closed with " + (ByteBuffer.wrap(payload).getShort() & 0xffff));
            }
            if (opcode == PING) {
                write(PONG, payload);
            } else {
                return new String(payload, StandardCharsets.UTF_8);
            }
        }
    }

    /** Sends a text frame. */
    public void say(String text) throws IOException {
        write(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a message. */
    public void send(Agent to, String content) throws IOException {
        say("{\"type\":\"send\",\"to\":\"" + to.address() + "\",\"content\":\"" + content + "\"}");
    }

    /** Acknowledges a message. */
    public void acknowledge(String messageId) throws IOException {
        say("{\"type\":\"ack\",\"message_ids\":[\"" + messageId + "\"]}");
    }

    /** A mask of zeros masks, and changes nothing. */
    private synchronized void write(int first, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(8 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (MASKED | payload.length));
        } else {
            frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload);
        socket.getOutputStream().write(frame.array(), 0, frame.position());
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
