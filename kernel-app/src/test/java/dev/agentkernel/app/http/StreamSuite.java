package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.api.observe.EventStreams;
import dev.agentkernel.api.sockets.Sockets;
import dev.agentkernel.app.contract.ContractClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The live stream: whoever follows sees every event once and in order, from where it said, however many write meanwhile. */
abstract class StreamSuite extends HttpSuite {

    private static final String STREAM = "/observe/events/stream";
    private static final String SERVER_SENT = "text/event-stream";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STREAMS_MAX = 100;
    private static final int CONNECTS = 10_000;
    private static final int LARGE_EVENTS = 16;
    private static final int WRITERS = 8;
    private static final int WRITES = 25;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** What a client of a WebSocket was sent. */
    private static final class Follower implements WebSocket.Listener {

        private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
        private final StringBuilder frame = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                frames.add(frame.toString());
                frame.setLength(0);
            }
            socket.request(1);
            return null;
        }

        JsonNode next() throws InterruptedException {
            String next = frames.poll(60, TimeUnit.SECONDS);
            assertThat(next).as("an event in time").isNotNull();
            return JsonMapper.shared().readTree(next);
        }

        List<JsonNode> upTo(long seq) throws InterruptedException {
            List<JsonNode> events = new ArrayList<>();
            do {
                events.add(next());
            } while (events.getLast().path("seq").asLong() < seq);
            return events;
        }
    }

    private static WebSocket open(RunningKernel kernel, String query, WebSocket.Listener follower, String token) {
        URI uri = URI.create(kernel.api().toString().replaceFirst("http", "ws") + STREAM + query);
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (!token.isEmpty()) {
            builder.header("Authorization", "Bearer " + token);
        }
        return builder.buildAsync(uri, follower).join();
    }

    private BufferedReader serverSent(String query, String lastEventId) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(kernel().api() + STREAM + query))
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", lastEventId)
                .build();
        HttpResponse<InputStream> answer = HTTP.send(request, BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private long lastSeq() {
        return kernel().anyone()
                .get("/observe/health")
                .expect(200)
                .json()
                .path("last_seq")
                .asLong();
    }

    private List<JsonNode> log(long since, String filter) {
        List<JsonNode> events = new ArrayList<>();
        JsonNode page;
        long from = since;
        do {
            page = kernel().anyone()
                    .get("/observe/events?limit=1000&since=" + from + filter)
                    .expect(200)
                    .json();
            page.path("events").forEach(events::add);
            from = page.path("next_cursor").asLong();
        } while (page.path("has_more").asBoolean());
        return events;
    }

    @Test
    void everyFollowerShouldSeeEveryEventOnceAndInOrderWhileManyWrite() throws Exception {
        List<Agent> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(kernel().newAgent());
        }
        Follower live = new Follower();
        Follower fromStart = new Follower();
        Follower filtered = new Follower();
        WebSocket first = open(kernel(), "", live, "");
        Agent marker = writers.getFirst();
        // Whoever is connected sees what is written from then on.
        marker.put("stream/marker", "begin").expect(200);
        long begin = live.next().path("seq").asLong();
        WebSocket second = open(kernel(), "?since=0", fromStart, "");
        List<CompletableFuture<Void>> writing = writers.stream()
                .map(writer -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < WRITES; i++) {
                        writer.put("stream/" + writer.address(), "v" + i).expect(200);
                    }
                }))
                .toList();
        String filter = "&type=state_written&agent=" + writers.get(3).address();
        WebSocket third = open(kernel(), "?since=" + begin + filter, filtered, "");
        CompletableFuture.allOf(writing.toArray(CompletableFuture[]::new)).join();
        marker.put("stream/marker", "end").expect(200);
        long end = lastSeq();

        assertThat(live.upTo(end)).isEqualTo(log(begin, ""));
        assertThat(fromStart.upTo(end)).isEqualTo(log(0, ""));
        List<JsonNode> expected = log(begin, filter);
        assertThat(expected).hasSize(WRITES);
        assertThat(filtered.upTo(expected.getLast().path("seq").asLong())).isEqualTo(expected);
        first.abort();
        second.abort();
        third.abort();
    }

    @Test
    void removedContentShouldNotComeFromWhatTheStreamsKeep() throws Exception {
        Agent agent = kernel().newAgent();
        long since = lastSeq();
        Follower live = new Follower();
        WebSocket first = open(kernel(), "?since=" + since, live, "");
        agent.put("streamed/removed", "secret-of-the-stream").expect(200);
        while (!live.next().toString().contains("secret-of-the-stream")) {
            // Until the streams keep it.
        }
        kernel().anyone()
                .as(KernelSetup.ADMIN_TOKEN)
                .post("/admin/remove", Map.of("type", "state", "key", "streamed/removed", "reason", "the law"))
                .expect(200);
        while (!live.next().path("type").asString().equals("content_removed")) {
            // Until the streams know of the removal.
        }
        Follower late = new Follower();
        WebSocket second = open(kernel(), "?since=" + since, late, "");
        JsonNode written = late.next();
        while (!written.path("data").path("key").asString().equals("streamed/removed")) {
            written = late.next();
        }
        assertThat(written.toString()).doesNotContain("secret-of-the-stream").contains("redacted_reason");
        first.abort();
        second.abort();
    }

    @Test
    void serverSentEventsShouldGoOnAfterTheLastOneSeen() throws Exception {
        Agent agent = kernel().newAgent();
        long since = lastSeq();
        agent.put("sent/a", "1").expect(200);
        agent.put("sent/a", "2").expect(200);
        try (BufferedReader stream = serverSent("?since=0&agent=" + agent.address(), Long.toString(since + 1))) {
            assertThat(stream.readLine()).isEqualTo("id: " + (since + 2));
            JsonNode event = JsonMapper.shared().readTree(stream.readLine().substring("data: ".length()));
            assertThat(event.path("data").path("value").asString()).isEqualTo("2");
            assertThat(stream.readLine()).isEmpty();
            agent.put("sent/a", "3").expect(200);
            assertThat(stream.readLine()).isEqualTo("id: " + (since + 3));
        }
    }

    @Test
    void streamShouldBeRefusedLikeAnyOtherRequest() throws Exception {
        for (String query : List.of("?since=-1", "?type=nothing", "?agent=x", "")) {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create(kernel().api() + STREAM + query))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(400);
        }
        refused(401, "");
    }

    @Test
    void streamsShouldBeBounded() {
        awaitNoStream();
        WebSocket one = open(narrowKernel(), "", new Follower(), KernelSetup.OBSERVATION_TOKEN);
        WebSocket two = open(narrowKernel(), "", new Follower(), KernelSetup.OBSERVATION_TOKEN);
        refused(503, KernelSetup.OBSERVATION_TOKEN);
        one.abort();
        two.abort();
    }

    @Test
    void refusalsOfStreamsShouldBeAsDocumented() {
        kernel().anyone().get(STREAM).expectError(400, "bad_request");
        kernel().anyone().get(STREAM + "?since=-1").expectError(400, "bad_request");
        kernel().anyone().header("Last-Event-ID", "x").get(STREAM).expectError(400, "bad_request");
        ContractClient stranger = narrowKernel().anyoneAt("203.0.113.170");
        stranger.get(STREAM).expectError(401, "unauthorized");
        ContractClient observer = stranger.as(KernelSetup.OBSERVATION_TOKEN);
        awaitNoStream();
        WebSocket one = open(narrowKernel(), "", new Follower(), KernelSetup.OBSERVATION_TOKEN);
        WebSocket two = open(narrowKernel(), "", new Follower(), KernelSetup.OBSERVATION_TOKEN);
        observer.header("Accept", SERVER_SENT).get(STREAM).expectError(503, "too_many_connections");
        one.abort();
        two.abort();
        requireLimited(() -> observer.get(STREAM));
    }

    @Test
    void manyConnectsAtOnceShouldBeBoundedAndLeaveNothingBehind() throws Exception {
        EventStreams streams = kernel().bean(EventStreams.class);
        List<WebSocket> held = fill();
        Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
            for (int i = 0; i < CONNECTS; i++) {
                threads.execute(() -> statuses.computeIfAbsent(statusOfStream(), any -> new LongAdder())
                        .increment());
            }
        }
        // What other tests left behind ends meanwhile, and makes room for a few.
        assertThat(statuses.keySet()).isSubsetOf(200, 503);
        assertThat(statuses.get(503).sum()).isGreaterThan(CONNECTS - STREAMS_MAX);
        assertThat(streams.open()).isLessThanOrEqualTo(STREAMS_MAX);
        held.forEach(WebSocket::abort);
        await().atMost(PATIENCE).until(() -> streams.open() <= STREAMS_MAX - held.size());
        open(kernel(), "", new Follower(), "").abort();
    }

    private List<WebSocket> fill() {
        List<WebSocket> held = new ArrayList<>();
        while (held.size() <= STREAMS_MAX) {
            try {
                held.add(open(kernel(), "", new Follower(), ""));
            } catch (CompletionException full) {
                return held;
            }
        }
        throw new AssertionError("There are more streams than there may be: " + held.size());
    }

    private int statusOfStream() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(kernel().api() + STREAM))
                    .header("Accept", SERVER_SENT)
                    .build();
            HttpResponse<InputStream> answer = HTTP.send(request, BodyHandlers.ofInputStream());
            if (answer.statusCode() == 200) {
                answer.body().close();
            } else {
                answer.body().readAllBytes();
            }
            return answer.statusCode();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Test
    void subscriberThatReadsNothingShouldHoldUpNobodyAndGoOnWhereItWas() throws Exception {
        // Its log may grow: no other suite looks through it.
        RunningKernel brief = kernels().get(KernelSetup.BRIEF);
        Agent agent = brief.newAgent();
        Follower reading = new Follower();
        List<JsonNode> seen;
        WebSocket second = open(brief, "?agent=" + agent.address(), reading, "");
        try (StalledStream stalled = StalledStream.open(brief.api(), STREAM + "?agent=" + agent.address())) {
            String large = "x".repeat(512 << 10);
            // More than the buffers of both ends take: the rest waits in the log, not in memory.
            for (int i = 0; i < LARGE_EVENTS; i++) {
                agent.put("stalled/" + i % 3, large).expect(200);
            }
            seen = reading.upTo(lastOf(brief, agent));
            assertThat(seen).hasSize(LARGE_EVENTS);
            List<Long> caughtUp =
                    stalled.readSeqsUpTo(seen.getLast().path("seq").asLong());
            assertThat(caughtUp)
                    .isEqualTo(seen.stream()
                            .map(event -> event.path("seq").asLong())
                            .toList());
        }
        second.abort();
        Follower again = new Follower();
        WebSocket third =
                open(brief, "?since=" + seen.getFirst().path("seq").asLong() + "&agent=" + agent.address(), again, "");
        assertThat(again.upTo(lastOf(brief, agent))).hasSize(LARGE_EVENTS - 1);
        third.abort();
    }

    private static long lastOf(RunningKernel kernel, Agent agent) {
        return kernel.anyone()
                .get("/observe/events?limit=1&before=9007199254740991&agent=" + agent.address())
                .expect(200)
                .json()
                .path("events")
                .path(0)
                .path("seq")
                .asLong();
    }

    /** A narrow kernel has room for two. */
    private void awaitNoStream() {
        EventStreams streams = narrowKernel().bean(EventStreams.class);
        Sockets sockets = narrowKernel().bean(Sockets.class);
        await().atMost(PATIENCE).until(() -> streams.open() + sockets.open("events") == 0);
    }

    private void refused(int status, String token) {
        assertThatThrownBy(() -> open(narrowKernel(), "", new Follower(), token))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refusal ->
                                assertThat(refusal.getResponse().statusCode()).isEqualTo(status));
    }
}
