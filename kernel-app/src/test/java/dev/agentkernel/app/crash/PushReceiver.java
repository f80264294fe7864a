package dev.agentkernel.app.crash;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/** A receiver of webhooks that takes, refuses or keeps waiting, by the path that it is called at. */
final class PushReceiver implements AutoCloseable {

    /** What becomes of a request. */
    enum Manner {
        TAKES,
        REFUSES,
        /** Refuses, and says to come again in ten seconds. */
        ASKS_FOR_TIME,
        KEEPS_WAITING
    }

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpServer server;
    private final Map<String, Manner> manners = new ConcurrentHashMap<>();
    private final Map<String, List<String>> arrived = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> patience = new ConcurrentHashMap<>();

    PushReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::receive);
        server.start();
    }

    private void receive(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            String content = JSON.readTree(exchange.getRequestBody().readAllBytes())
                    .required("content")
                    .asString();
            Manner manner = manners.getOrDefault(path, Manner.TAKES);
            CountDownLatch until = patience.computeIfAbsent(path, any -> new CountDownLatch(1));
            List<String> contents = arrivedAt(path);
            synchronized (contents) {
                contents.add(content);
            }
            if (manner == Manner.KEEPS_WAITING) {
                until.await();
            }
            if (manner == Manner.ASKS_FOR_TIME) {
                exchange.getResponseHeaders().add("Retry-After", "10");
            }
            exchange.sendResponseHeaders(
                    switch (manner) {
                        case TAKES, KEEPS_WAITING -> 204;
                        case REFUSES, ASKS_FOR_TIME -> 503;
                    },
                    -1);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> arrivedAt(String path) {
        return arrived.computeIfAbsent(path, any -> new ArrayList<>());
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    void behave(String path, Manner manner) {
        manners.put(path, manner);
    }

    /** Answers what waits. */
    void letGo() {
        patience.keySet().forEach(this::letGo);
    }

    /** Answers what waits at a path. */
    void letGo(String path) {
        CountDownLatch waiting = patience.remove(path);
        if (waiting != null) {
            waiting.countDown();
        }
    }

    /** The contents that arrived, as often as they did. */
    List<String> contentsAt(String path) {
        List<String> contents = arrivedAt(path);
        synchronized (contents) {
            return List.copyOf(contents);
        }
    }

    /** Returns when something has arrived beyond what had before. */
    void awaitMoreThan(String path, int before) {
        await().atMost(KernelProcess.PATIENCE).until(() -> contentsAt(path).size() > before);
    }

    @Override
    public void close() {
        letGo();
        server.stop(0);
    }
}
