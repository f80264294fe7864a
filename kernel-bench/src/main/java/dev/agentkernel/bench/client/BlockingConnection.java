package dev.agentkernel.bench.client;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A keep-alive connection as small as it can be: one thread may send while another receives. */
public final class BlockingConnection implements AutoCloseable {

    private static final int BUFFER_BYTES = 1024;

    private final Socket socket = new Socket();
    private final InputStream input;

    /** Connects. */
    public BlockingConnection(InetSocketAddress server) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(server);
        input = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    }

    /** Sends a request; its answer need not have been received when the next is sent. */
    public void send(Request request) throws IOException {
        socket.getOutputStream().write(request.encode());
    }

    /** An answer with a length. */
    public record Received(int status, String body) {}

    /** Receives the answer to the oldest request that was not answered yet. */
    public Received receive() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        int length = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        line.substring("content-length:".length()).strip());
            }
        }
        return new Received(status, new String(input.readNBytes(length), StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = input.read(); octet != '\n'; octet = input.read()) {
            if (octet < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
        return line.toString();
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
