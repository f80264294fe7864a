package dev.agentkernel.api.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A connection that sends whatever bytes it is told to, which HTTP clients refuse to do. */
public final class Raw implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket;

    private Raw(Socket socket) {
        this.socket = socket;
    }

    public static Raw connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return new Raw(socket);
    }

    /** One request on a connection of its own. */
    public static Response exchange(int port, String head, byte[] body) throws IOException {
        try (Raw raw = connect(port)) {
            raw.send(head.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            raw.send(body);
            return raw.receive();
        }
    }

    public static Response exchange(int port, String head) throws IOException {
        return exchange(port, head, new byte[0]);
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Ends this side of the connection. */
    public void sendEnd() throws IOException {
        socket.shutdownOutput();
    }

    /** Breaks the connection off, so that the other side's next write fails. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** The next response, by its declared length or until the connection ends. */
    public Response receive() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("the connection ended within a header of " + head.size() + " bytes");
            }
            head.write(octet);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        Response bare = new Response(text, new byte[0]);
        if (bare.status() == 304 || bare.status() == 204) {
            return bare;
        }
        Optional<Integer> length = bare.header("Content-Length").map(Integer::valueOf);
        return new Response(text, length.isPresent() ? in.readNBytes(length.get()) : in.readAllBytes());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** A response as it came. */
    public record Response(String head, byte[] body) {

        public int status() {
            return Integer.parseInt(head.split(" ", 3)[1]);
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public Optional<String> header(String name) {
            return headers(name).findFirst();
        }

        public Stream<String> headers(String name) {
            String start = name.toLowerCase(Locale.ROOT) + ":";
            return List.of(head.split("\r\n")).stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                    .map(line -> line.substring(start.length()).strip());
        }
    }
}
