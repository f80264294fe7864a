package dev.agentkernel.bench.webhooks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/** Receivers of webhooks at many loopback addresses, each with its own threads. */
final class Receivers implements AutoCloseable {

    private static final byte[] TAKEN = "HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER_BYTES = 2048;

    /** How a receiver behaves. */
    enum Manner {
        /** Speaks TLS and takes what comes. */
        TAKES,
        /** Accepts the connection and says nothing. */
        HANGS,
        /** Is not there. */
        DEAD
    }

    private final List<ServerSocket> servers = new ArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final LongConsumer taken;

    /**
     * Starts a receiver at each address.
     *
     * @param taken told the content of every message, which is a number
     */
    Receivers(ReceiverIdentity identity, LongConsumer taken) throws IOException {
        this.taken = taken;
        for (Manner manner : List.of(Manner.TAKES, Manner.HANGS)) {
            for (int host = 0; host < ReceiverIdentity.HOSTS; host++) {
                ServerSocket server = manner == Manner.TAKES
                        ? identity.context().getServerSocketFactory().createServerSocket()
                        : new ServerSocket();
                servers.add(server);
                server.bind(new InetSocketAddress(InetAddress.getByName(ReceiverIdentity.host(host)), 0));
                Thread.ofVirtual().start(() -> accept(server, manner));
            }
        }
    }

    /** Where a receiver that behaves so is called. */
    String url(int host, Manner manner) {
        int port = switch (manner) {
            case TAKES -> servers.get(host).getLocalPort();
            case HANGS -> servers.get(ReceiverIdentity.HOSTS + host).getLocalPort();
            case DEAD -> 1;
        };
        return "https://" + ReceiverIdentity.host(host) + ":" + port + "/" + host;
    }

    private void accept(ServerSocket server, Manner manner) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                if (manner == Manner.TAKES) {
                    Thread.ofVirtual().start(() -> take(socket));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void take(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream input = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
            while (true) {
                taken.accept(contentOf(body(input)));
                socket.getOutputStream().write(TAKEN);
            }
        } catch (IOException ended) {
            open.remove(socket);
        }
    }

    private static String body(InputStream input) throws IOException {
        int length = 0;
        for (String line = line(input); !line.isEmpty(); line = line(input)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        line.substring("content-length:".length()).strip());
            }
        }
        return new String(input.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static String line(InputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = input.read(); octet != '\n'; octet = input.read()) {
            if (octet < 0) {
                throw new IOException("the connection ended");
            }
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
        return line.toString();
    }

    private static long contentOf(String body) {
        int from = body.indexOf("\"content\":\"") + "\"content\":\"".length();
        return Long.parseLong(body.substring(from, body.indexOf('"', from)));
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(servers);
        all.addAll(open);
        for (AutoCloseable each : all) {
            try {
                each.close();
            } catch (Exception gone) {
                // That is what was wanted.
            }
        }
    }
}
