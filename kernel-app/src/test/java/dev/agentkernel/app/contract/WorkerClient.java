package dev.agentkernel.app.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A connected worker; every frame that comes must be one of the schema. */
public final class WorkerClient implements WebSocket.Listener, AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long TIMEOUT_SECONDS = 60;

    private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final StringBuilder parts = new StringBuilder();
    private final WebSocket socket;

    private WorkerClient(String authority, String token, String workerId) throws Exception {
        socket = HTTP.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create("ws://" + authority + "/ws/agent?worker_id=" + workerId), this)
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Connects, and reads the hello.
     *
     * @param authority where the kernel is: host and port
     */
    public static WorkerClient connect(String authority, String token, String workerId) throws Exception {
        WorkerClient client = open(authority, token, workerId);
        JsonNode hello = client.next();
        assertThat(hello.path("type").asString()).isEqualTo("hello");
        assertThat(hello.path("worker_id").asString()).isEqualTo(workerId);
        assertThat(hello.path("credit").asInt()).isEqualTo(32);
        return client;
    }

    /** Connects, whatever the kernel says. */
    public static WorkerClient open(String authority, String token, String workerId) throws Exception {
        return new WorkerClient(authority, token, workerId);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        parts.append(part);
        if (last) {
            frames.add(SocketFrames.fromServer(parts.toString()));
            parts.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        end.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable fault) {
        end.completeExceptionally(fault);
    }

    /** The next frame, if one comes soon enough. */
    public Optional<JsonNode> poll(Duration atMost) throws InterruptedException {
        return Optional.ofNullable(frames.poll(atMost.toMillis(), TimeUnit.MILLISECONDS));
    }

    public JsonNode next() throws InterruptedException {
        JsonNode frame = frames.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        assertThat(frame).as("a frame").isNotNull();
        return frame;
    }

    public JsonNode next(String type) throws InterruptedException {
        JsonNode frame = next();
        assertThat(frame.path("type").asString()).as(frame.toString()).isEqualTo(type);
        return frame;
    }

    public JsonNode nextMessage() throws InterruptedException {
        return next("message").path("message");
    }

    /** Frames that have come and were not asked for. */
    public int waiting() {
        return frames.size();
    }

    public void say(Map<String, Object> frame) throws Exception {
        sayRaw(SocketFrames.fromClient(frame));
    }

    public void sayRaw(String text) throws Exception {
        socket.sendText(text, true).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    public void ack(JsonNode... messages) throws Exception {
        say(Map.of("type", "ack", "message_ids", idsOf(messages)));
    }

    public void nack(JsonNode... messages) throws Exception {
        say(Map.of("type", "nack", "message_ids", idsOf(messages)));
    }

    public void credit(int credit) throws Exception {
        say(Map.of("type", "credit", "credit", credit));
    }

    private static List<String> idsOf(JsonNode... messages) {
        return List.of(messages).stream()
                .map(message -> message.path("message_id").asString())
                .toList();
    }

    /** Whether the kernel has closed the socket, or it broke. */
    public boolean isOver() {
        return end.isDone();
    }

    public int closeCode() throws Exception {
        return end.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /** Breaks the connection without a word. */
    public void abort() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
