package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pages for people: what they are made of, what feeds them, and what they say about the limits. */
abstract class DashboardSuite extends HttpSuite {

    private static final String SCALING = "/observe/scaling";
    private static final int PER_MINUTE = 20;

    @ParameterizedTest
    @ValueSource(strings = {"/", "/dashboard/page.js", "/dashboard/page.css", "/dashboard/events.js"})
    void pageShouldBeServedToEverybodyUnderAStrictPolicy(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(narrowKernel().api() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                    .doesNotContain("unsafe");
        }
        kernel().anyone().get("/dashboard/secret.js").expectError(404, "not_found");
    }

    @Test
    void scalingShouldJudgeEveryComponent() {
        Answer answer = kernel().anyone().get(SCALING).expect(200);
        assertThat(answer.json().path("components")).isNotEmpty();
        answer.json()
                .path("components")
                .forEach(component ->
                        assertThat(component.path("verdict").asString()).isIn("ok", "watch", "act"));
        narrowKernel().anyoneAt("203.0.113.140").get(SCALING).expectError(401, "unauthorized");
    }

    @Test
    void scalingShouldCountTowardsTheLimitOfObservers() {
        ContractClient observer = narrowKernel().anyoneAt("203.0.113.141").as(KernelSetup.OBSERVATION_TOKEN);
        int answered = 0;
        // The budget grows while it is used, so on a slow machine more than its burst are answered.
        while (observer.get(SCALING).status() == 200 && answered < 1_000) {
            answered++;
        }
        assertThat(answered).isBetween(PER_MINUTE, 999);
        requireLimited(() -> observer.get(SCALING));
    }

    @Test
    void socketShouldBringGaugesAndEveryEventThatItSubscribesTo() throws InterruptedException {
        Agent agent = kernel().newAgent();
        Frames frames = new Frames();
        WebSocket socket = connect(kernel(), frames).join();
        JsonNode gauges = frames.await(frame -> frame.path("type").asString().equals("gauges"));
        assertThat(gauges.path("agents").asInt()).isPositive();
        socket.sendText(
                        "{\"type\":\"subscribe\",\"since\":\"0\",\"agent\":\"" + agent.address()
                                + "\",\"types\":[\"state_written\"]}",
                        true)
                .join();
        agent.put("dashboard", "first").expect(200);
        agent.put("dashboard", "<script>alert(1)</script>").expect(200);
        assertThat(frames.await(frame -> frame.toString().contains("first")).toString())
                .doesNotContain("agent_registered");
        if (!frames.seen.contains("alert(1)")) {
            frames.await(frame -> frame.toString().contains("alert(1)"));
        }
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    @Test
    void socketsThatAskForAnImpossibleAgentShouldKeepNothingFromOthers() throws InterruptedException {
        kernel().newAgent();
        List<WebSocket> odd = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            WebSocket socket = connect(kernel(), new Frames()).join();
            socket.sendText("{\"type\":\"subscribe\",\"since\":\"0\",\"agent\":\"a\\u0000b\"}", true)
                    .join();
            odd.add(socket);
        }
        Frames frames = new Frames();
        WebSocket socket = connect(kernel(), frames).join();
        socket.sendText("{\"type\":\"subscribe\",\"since\":\"0\"}", true).join();
        frames.await(frame -> frame.path("type").asString().equals("events"));
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        odd.forEach(other -> other.sendClose(WebSocket.NORMAL_CLOSURE, "").join());
    }

    @Test
    void socketShouldBeRefusedToWhoMayNotObserve() {
        assertThatThrownBy(() -> connect(narrowKernel(), new Frames()).join()).isInstanceOf(CompletionException.class);
    }

    private static CompletableFuture<WebSocket> connect(RunningKernel kernel, Frames frames) {
        URI socket = URI.create(kernel.api().toString().replace("http:", "ws:") + "/ws/dashboard");
        return HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(socket, frames);
    }

    /** What the kernel sent. */
    private static final class Frames implements WebSocket.Listener {

        private final LinkedBlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();
        private String seen = "";

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                arrived.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        JsonNode await(Predicate<JsonNode> wanted) throws InterruptedException {
            while (true) {
                String text = arrived.poll(20, TimeUnit.SECONDS);
                assertThat(text).as("another frame").isNotNull();
                seen += text;
                JsonNode frame = JsonMapper.shared().readTree(text);
                if (wanted.test(frame)) {
                    return frame;
                }
            }
        }
    }
}
