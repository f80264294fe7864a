package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.process.KernelProcess;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A WebSocket of an agent's worker, or of somebody who watches: keeps the frames that come. */
final class AgentWorker implements WebSocket.Listener, AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final StringBuilder parts = new StringBuilder();
    private final WebSocket socket;

    private AgentWorker(InetSocketAddress kernel, String path, @Nullable String token) throws Exception {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        URI uri = URI.create("ws://127.0.0.1:" + kernel.getPort() + path);
        socket = builder.buildAsync(uri, this).get(KernelProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Connects a worker, and returns when it is greeted. */
    static AgentWorker connect(InetSocketAddress kernel, Agent agent, String workerId) throws Exception {
        AgentWorker worker = new AgentWorker(kernel, "/ws/agent?worker_id=" + workerId, agent.token());
        assertThat(worker.next().required("type").asString()).isEqualTo("hello");
        return worker;
    }

    /** Connects to what everybody may see. */
    static AgentWorker watch(InetSocketAddress kernel, String path) throws Exception {
        return new AgentWorker(kernel, path, null);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        parts.append(part);
        if (last) {
            frames.add(JsonMapper.shared().readTree(parts.toString()));
            parts.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        frames.add(JsonMapper.shared().missingNode());
        end.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable fault) {
        end.completeExceptionally(fault);
    }

    /** The next frame; a missing node when the socket was closed instead. */
    JsonNode next() throws InterruptedException {
        JsonNode frame = frames.poll(KernelProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(frame).as("a frame").isNotNull();
        return frame;
    }

    /** The next message, whatever else comes before. */
    JsonNode nextMessage() throws InterruptedException {
        JsonNode frame = next();
        while (!frame.required("type").asString().equals("message")) {
            frame = next();
        }
        return frame.required("message");
    }

    void say(String frame) throws Exception {
        socket.sendText(frame, true).get(KernelProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    void acknowledge(JsonNode message) throws Exception {
        say("{\"type\":\"ack\",\"message_ids\":[" + message.required("message_id") + "]}");
    }

    int closeCode() throws Exception {
        return end.get(KernelProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
