package dev.agentkernel.app.contract;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A connection that carries whatever bytes it is told to, which HTTP libraries refuse to do. */
final class RawConnection implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int LINE_BYTES_MAX = 64 * 1024;

    private final Socket socket = new Socket();
    private final ByteArrayOutputStream request = new ByteArrayOutputStream();

    private RawConnection() {}

    static RawConnection open(URI origin) throws IOException {
        RawConnection connection = new RawConnection();
        connection.socket.connect(new InetSocketAddress(origin.getHost(), origin.getPort()), (int) TIMEOUT.toMillis());
        connection.socket.setSoTimeout((int) TIMEOUT.toMillis());
        return connection;
    }

    /** One request on a connection of its own. */
    static Exchange exchange(URI origin, byte[] request) {
        try (RawConnection connection = open(origin)) {
            connection.send(request);
            return connection.receive();
        } catch (IOException failure) {
            throw new UncheckedIOException("The raw request got no answer.", failure);
        }
    }

    /** Sends a part of a request. */
    void send(byte[] part) throws IOException {
        request.writeBytes(part);
        socket.getOutputStream().write(part);
        socket.getOutputStream().flush();
    }

    /** Ends this side of the connection. */
    void sendEnd() throws IOException {
        socket.shutdownOutput();
    }

    /** The answer to what was sent since the last one. */
    Exchange receive() throws IOException {
        Exchange exchange = read(socket.getInputStream(), request.toByteArray());
        request.reset();
        return exchange;
    }

    /** Whether the next answer is the interim one that asks for the body (RFC 9110, section 15.2.1). */
    boolean isContinued() throws IOException {
        String statusLine = line(socket.getInputStream());
        return statusLine.startsWith("HTTP/1.1 100")
                && line(socket.getInputStream()).isEmpty();
    }

    /** Whether the other side has ended the connection, without a further byte. */
    boolean isAtEnd() throws IOException {
        return socket.getInputStream().read() < 0;
    }

    /** Breaks the connection off, so that the next write of the other side fails. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static Exchange read(InputStream input, byte[] request) throws IOException {
        String statusLine = line(input);
        int status = Integer.parseInt(statusLine.split(" ", 3)[1]);
        HeaderFields headers = HeaderFields.NONE;
        for (String line = line(input); !line.isEmpty(); line = line(input)) {
            int colon = line.indexOf(':');
            headers = headers.with(
                    line.substring(0, colon), line.substring(colon + 1).strip());
        }
        String[] requestLine = new String(request, StandardCharsets.ISO_8859_1).split("[ \r\n]", 3);
        String target = requestLine.length > 1 ? requestLine[1] : "";
        return new Exchange(
                requestLine[0],
                target,
                requestHeaders(request),
                requestBody(request),
                status,
                headers,
                requestLine[0].equals("HEAD") ? new byte[0] : body(input, status, headers));
    }

    private static byte[] body(InputStream input, int status, HeaderFields headers) throws IOException {
        if (status == 304 || status == 204) {
            return new byte[0];
        }
        if (headers.first("Transfer-Encoding")
                .filter("chunked"::equalsIgnoreCase)
                .isPresent()) {
            return chunks(input);
        }
        if (headers.first("Content-Length").isPresent()) {
            return input.readNBytes(
                    Integer.parseInt(headers.first("Content-Length").get()));
        }
        return input.readAllBytes();
    }

    private static byte[] chunks(InputStream input) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(input), 16); size > 0; size = Integer.parseInt(line(input), 16)) {
            whole.writeBytes(input.readNBytes(size));
            line(input);
        }
        return whole.toByteArray();
    }

    private static String line(InputStream input) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = input.read(); octet != '\n'; octet = input.read()) {
            if (octet < 0) {
                throw new EOFException("The connection was closed in the middle of an answer: " + line);
            }
            if (line.size() > LINE_BYTES_MAX) {
                throw new IOException("A line of the answer is longer than " + LINE_BYTES_MAX + " bytes.");
            }
            if (octet != '\r') {
                line.write(octet);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    private static HeaderFields requestHeaders(byte[] request) {
        String head = new String(request, StandardCharsets.ISO_8859_1).split("\r\n\r\n", 2)[0];
        HeaderFields headers = HeaderFields.NONE;
        for (String line : head.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.indexOf(' ') != 0 && !line.substring(0, colon).contains(" ")) {
                headers = headers.with(
                        line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private static byte[] requestBody(byte[] request) throws IOException {
        String[] parts = new String(request, StandardCharsets.ISO_8859_1).split("\r\n\r\n", 2);
        byte[] sent = parts.length < 2 ? new byte[0] : parts[1].getBytes(StandardCharsets.ISO_8859_1);
        boolean chunked = requestHeaders(request).first("Transfer-Encoding").isPresent();
        try {
            return chunked ? chunks(new ByteArrayInputStream(sent)) : sent;
        } catch (EOFException | NumberFormatException malformed) {
            // Chunks that were broken on purpose.
            return sent;
        }
    }
}
