package dev.agentkernel.webhooks.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A receiver that does with each connection what a script says. Connections and scripts end when it is closed. */
public final class ScriptedReceiver implements AutoCloseable {

    /** What happens on one connection. It may throw whatever it likes: the connection is closed then. */
    @FunctionalInterface
    public interface Script {
        void serve(Visit visit) throws IOException;
    }

    private final ServerSocket server;
    private final Script script;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread accepting = Thread.ofVirtual().unstarted(this::acceptAll);

    private ScriptedReceiver(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
        this.port = server.getLocalPort();
    }

    /** A receiver that speaks TLS with this identity, on a free port of an address. */
    public static ScriptedReceiver overTls(TestIdentity identity, String address, Script script) throws IOException {
        return started(identity.context().getServerSocketFactory().createServerSocket(), address, script);
    }

    /** A receiver that speaks no TLS. */
    public static ScriptedReceiver plain(String address, Script script) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReceiveBufferSize(4_096);
        return started(server, address, script);
    }

    private static ScriptedReceiver started(ServerSocket server, String address, Script script) throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        ScriptedReceiver receiver = new ScriptedReceiver(server, script);
        receiver.accepting.start();
        return receiver;
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            if (server instanceof SSLServerSocket) {
                ((SSLSocket) socket).startHandshake();
            }
            script.serve(new Visit(socket));
        } catch (IOException ended) {
            // The other side went away, as it may.
        } finally {
            open.remove(socket);
        }
    }

    public int port() {
        return port;
    }

    /** Connections so far. */
    public int connections() {
        return connections.get();
    }

    /** The requests that were read, head and body, in order. */
    public List<String> requests() {
        return requests;
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        // Until the accepting thread is gone, the port may still take connections.
        try {
            accepting.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** One connection. */
    public final class Visit {

        private final Socket socket;

        private Visit(Socket socket) {
            this.socket = socket;
        }

        public Socket socket() {
            return socket;
        }

        /** Reads one request to its end. */
        public String read() throws IOException {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("the request ended early");
                }
                head.append((char) next);
            }
            String length = head.toString().replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1");
            String request = head + new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
            requests.add(request);
            return request;
        }

        public void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public void write(byte[] bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        }

        /** Writes the text again and again, with a pause between two pieces, until the other side goes away. */
        public void drip(String text, long pauseMillis) throws IOException {
            while (!pause(pauseMillis)) {
                write(text);
            }
        }

        /** Does nothing until the receiver is closed. */
        public void hang() {
            while (!pause(60_000)) {
                continue;
            }
        }

        private boolean pause(long millis) {
            try {
                return closing.await(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopped) {
                return true;
            }
        }
    }
}
