package dev.agentkernel.app.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way to a PostgreSQL server on this machine, which a test cuts, lets fall silent without cutting it, or breaks at the very moment
 * that matters.
 */
final class TcpProxy implements AutoCloseable {

    /** Of which the server's answer to the end of a transaction consists. */
    private static final String COMMITTED = "COMMIT\0";

    private final ServerSocket listening;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private volatile boolean cut;

    TcpProxy(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                if (cut) {
                    client.close();
                } else {
                    connect(client);
                }
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        } catch (IOException refused) {
            client.close();
            server.close();
            return;
        }
        Link link = new Link(client, server);
        links.add(link);
        Thread.ofVirtual().start(() -> link.pump(client, server));
        Thread.ofVirtual().start(() -> link.pump(server, client));
        if (cut) {
            link.close();
        }
    }

    /** Ends every connection and takes none. */
    void cut() {
        cut = true;
        links.forEach(Link::close);
    }

    void restore() {
        cut = false;
    }

    /** The next commit is made, and the connection ends instead of telling so. */
    void loseAnswerToCommit() {
        answersToLose.incrementAndGet();
    }

    /** Whether every answer that was to be lost is. */
    boolean hasLostThem() {
        return answersToLose.get() == 0;
    }

    private boolean isLost(byte[] answer, int count) {
        return answersToLose.get() > 0
                && new String(answer, 0, count, StandardCharsets.ISO_8859_1).contains(COMMITTED)
                && answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    /** From now on nothing passes on the connection that comes to the server from this port, and it stays open. */
    void silence(int port) {
        links.stream()
                .filter(link -> link.server.getLocalPort() == port)
                .findFirst()
                .orElseThrow()
                .silent = true;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut();
    }

    private final class Link {

        private final Socket client;
        private final Socket server;
        private volatile boolean silent;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void pump(Socket from, Socket to) {
            byte[] buffer = new byte[8192];
            try {
                InputStream input = from.getInputStream();
                OutputStream output = to.getOutputStream();
                for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                    if (from == server && isLost(buffer, count)) {
                        return;
                    }
                    if (!silent) {
                        output.write(buffer, 0, count);
                    }
                }
            } catch (IOException ended) {
                // As a cable does, the proxy has no opinion on why.
            } finally {
                close();
            }
        }

        private void close() {
            links.remove(this);
            try {
                client.close();
                server.close();
            } catch (IOException closed) {
                throw new IllegalStateException(closed);
            }
        }
    }
}
