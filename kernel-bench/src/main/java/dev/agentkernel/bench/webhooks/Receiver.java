package dev.agentkernel.bench.webhooks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import javax.net.ServerSocketFactory;

/** A receiver of webhooks that can fall ill and become well again, always at the same address and port. */
final class Receiver implements AutoCloseable {

    private static final byte[] TAKEN = "HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER_BYTES = 2048;

    /** How a receiver behaves. */
    enum Manner {
        /** Speaks TLS and takes what comes. */
        TAKES,
        /** Lets others connect and send, and says nothing any more. */
        HANGS,
        /** Is not there. */
        DEAD
    }

    private final ServerSocketFactory sockets;
    private final LongConsumer taken;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket server;
    private volatile Manner manner = Manner.TAKES;

    /**
     * Starts a receiver that takes what comes, at a free port.
     *
     * @param taken told the content of every message, which is a number
     */
    Receiver(ServerSocketFactory sockets, String address, LongConsumer taken) throws IOException {
        this.sockets = sockets;
        this.taken = taken;
        this.server = listen(new InetSocketAddress(InetAddress.getByName(address), 0));
    }

    private ServerSocket listen(InetSocketAddress at) throws IOException {
        ServerSocket listening = sockets.createServerSocket();
        listening.setReuseAddress(true);
        listening.bind(at);
        Thread.ofVirtual().start(() -> accept(listening));
        return listening;
    }

    /** Where it is called, whether it is there or not. */
    String url() {
        return "https://" + server.getInetAddress().getHostAddress() + ":" + server.getLocalPort() + "/inbox";
    }

    /** Behaves so from now on. Whoever waits for an answer of one that hung is cut off. */
    void become(Manner next) throws IOException {
        Manner before = manner;
        manner = next;
        if (next == Manner.DEAD) {
            server.close();
        }
        if (next == Manner.DEAD || before == Manner.HANGS) {
            cutOff();
        }
        if (before == Manner.DEAD && next != Manner.DEAD) {
            server = listen(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
        }
    }

    private void accept(ServerSocket listening) {
        while (true) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                switch (manner) {
                    case TAKES -> Thread.ofVirtual().start(() -> take(socket));
                    case HANGS -> {}
                    case DEAD -> cutOff();
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void take(Socket socket) {
        try {
            socket.setTcpNoDelay(true);
            InputStream input = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
            for (long content = content(input); manner == Manner.TAKES; content = content(input)) {
                taken.accept(content);
                socket.getOutputStream().write(TAKEN);
            }
        } catch (IOException ended) {
            open.remove(socket);
            close(socket);
        }
    }

    private static long content(InputStream input) throws IOException {
        int length = 0;
        for (String line = line(input); !line.isEmpty(); line = line(input)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        line.substring("content-length:".length()).strip());
            }
        }
        String body = new String(input.readNBytes(length), StandardCharsets.UTF_8);
        int from = body.indexOf("\"content\":\"") + "\"content\":\"".length();
        return Long.parseLong(body.substring(from, body.indexOf('"', from)));
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

    private void cutOff() {
        for (Socket socket : List.copyOf(open)) {
            open.remove(socket);
            close(socket);
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception gone) {
            // That is what was wanted.
        }
    }

    @Override
    public void close() {
        close(server);
        cutOff();
    }
}
