package dev.agentkernel.bench.soak;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.agentkernel.bench.soak.Ledger.Settlement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;

/** A receiver of webhooks that takes everything; the path tells whose it is. */
final class PushReceiver implements AutoCloseable {

    private static final int NO_CONTENT = 204;

    private final HttpServer server;
    private final Ledger ledger;

    PushReceiver(Ledger ledger) throws IOException {
        this.ledger = ledger;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::receive);
        server.start();
    }

    String url(int index) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + index;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            int index = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            List<String> known = ArrivedMessage.allIn(body).stream()
                    .filter(message -> ledger.arrived(index, message, System.nanoTime()))
                    .map(ArrivedMessage::id)
                    .toList();
            known.forEach(ledger::inDoubt);
            exchange.sendResponseHeaders(NO_CONTENT, -1);
            known.forEach(id -> ledger.settled(id, Settlement.GIVEN, System.nanoTime()));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
