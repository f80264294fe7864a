package dev.agentkernel.app.crash;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A receiver to which nobody gets through, because its queue of connections is full, until it opens and takes what comes. */
final class FullQueue implements AutoCloseable {

    private static final byte[] TAKEN =
            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Far more than a queue for one connection lets in. */
    private static final int CONNECTIONS_MAX = 64;

    private static final int CONNECT_MILLIS = 200;

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> filling = new ArrayList<>();
    private final List<String> received = new CopyOnWriteArrayList<>();

    FullQueue() throws IOException {
        while (connects()) {
            if (filling.size() == CONNECTIONS_MAX) {
                throw new IllegalStateException("a queue for one connection has room for " + CONNECTIONS_MAX);
            }
        }
    }

    private boolean connects() throws IOException {
        Socket socket = new Socket();
        filling.add(socket);
        try {
            socket.connect(server.getLocalSocketAddress(), CONNECT_MILLIS);
            return true;
        } catch (SocketTimeoutException full) {
            return false;
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/";
    }

    /** Lets everybody in from now on. */
    void open() throws IOException {
        for (Socket socket : filling) {
            socket.close();
        }
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    take(socket);
                } catch (IOException goneOrClosed) {
                    // The next, if there is one.
                }
            }
        });
    }

    private void take(Socket socket) throws IOException {
        InputStream input = socket.getInputStream();
        byte[] buffer = new byte[8_192];
        StringBuilder request = new StringBuilder();
        while (!request.toString().endsWith("}")) {
            int count = input.read(buffer);
            if (count < 0) {
                return;
            }
            request.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
        received.add(request.toString());
        socket.getOutputStream().write(TAKEN);
    }

    /** All requests, one after the other. */
    String received() {
        return String.join("\n", received);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : filling) {
            socket.close();
        }
    }
}
