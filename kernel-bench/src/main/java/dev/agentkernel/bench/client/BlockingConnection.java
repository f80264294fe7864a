package dev.agentkernel.bench.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A keep-alive connection as small as it can be: one thread may send while another receives. */
public final class BlockingConnection implements AutoCloseable {

    private static final int BUFFER_BYTES = 1024;

    private final Socket socket = new Socket();
    private final InputStream input;

    /** Connects, and waits for as long as an answer takes. */
    public BlockingConnection(InetSocketAddress server) throws IOException {
        this(server, Duration.ZERO);
    }

    /** Connects. Zero waits for as long as it takes; else a server that is silent for so long is an {@link IOException}. */
    public BlockingConnection(InetSocketAddress server, Duration silenceMax) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(silenceMax.toMillis()));
        socket.connect(server);
        input = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    }

    /** Sends a request; its answer need not have been received when the next is sent. */
    public void send(Request request) throws IOException {
        send(request, Map.of());
    }

    /** Sends a request with more headers. */
    public void send(Request request, Map<String, String> headers) throws IOException {
        socket.getOutputStream().write(request.encode(headers));
    }

    /**
     * An answer.
     *
     * @param headers by their names in lower case
     */
    public record Received(int status, String body, Map<String, String> headers) {}

    /** Receives the answer to the oldest request that was not answered yet. */
    public Received receive() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = "chunked".equals(headers.get("transfer-encoding"))
                ? chunks()
                : exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Received(status, new String(body, StandardCharsets.UTF_8), headers);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int length = chunkLength(); length > 0; length = chunkLength()) {
            body.writeBytes(exactly(length));
            line();
        }
        line();
        return body.toByteArray();
    }

    private int chunkLength() throws IOException {
        return Integer.parseInt(line().strip(), 16);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = input.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the server closed the connection within an answer");
        }
        return bytes;
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
