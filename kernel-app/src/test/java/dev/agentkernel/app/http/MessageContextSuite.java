package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.WorkerClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code correlation_id}, {@code reply_to} and {@code ttl_seconds}: what a sender says beside the content. */
abstract class MessageContextSuite extends HttpSuite {

    private static final Map<String, Object> CONTEXT = Map.of(
            "correlation_id", "order \u0000 \"4711\" \ud83d\ude80",
            "reply_to", "01a1f84b-b0e0-7128-bc5c-7fd0a6a3a450",
            "ttl_seconds", 3_600);

    private static Answer send(Agent agent, Map<String, ?> context) {
        Map<String, Object> body = new HashMap<>(context);
        body.put("to", agent.address());
        body.put("content", "x");
        return agent.client().header("Idempotency-Key", "k").post("/v1/messages", body);
    }

    private static void requireContext(JsonNode message) {
        assertThat(message.path("correlation_id").asString()).isEqualTo(CONTEXT.get("correlation_id"));
        assertThat(message.path("reply_to").asString()).isEqualTo(CONTEXT.get("reply_to"));
        assertThat(message.path("ttl_seconds").asInt()).isEqualTo(3_600);
    }

    @Test
    void whatTheSenderSaidShouldComeWithATakeAndWithALease() {
        Agent agent = kernel().newAgent();
        send(agent, CONTEXT).expect(202);
        JsonNode leased = agent.client()
                .get("/v1/messages?ack=manual")
                .expect(200)
                .json()
                .path("messages")
                .get(0);
        requireContext(leased);
        agent.client()
                .post(
                        "/v1/messages/nack",
                        Map.of("message_ids", List.of(leased.path("message_id").asString())))
                .expect(200);
        requireContext(agent.client()
                .get("/v1/messages?wait=1")
                .expect(200)
                .json()
                .path("messages")
                .get(0));
    }

    @Test
    void whatTheSenderSaidShouldGoBothWaysOverASocket() throws Exception {
        Agent agent = kernel().newAgent();
        try (WorkerClient worker = kernel().connect(agent, "w")) {
            Map<String, Object> frame = new HashMap<>(CONTEXT);
            frame.putAll(Map.of("type", "send", "to", agent.address(), "content", "x"));
            worker.say(frame);
            // The answer and the message come in either order.
            JsonNode one = worker.next();
            JsonNode other = worker.next();
            requireContext((one.has("message") ? one : other).path("message"));
            worker.sayRaw("{\"type\":\"send\",\"ref\":\"r\",\"to\":\"" + agent.address()
                    + "\",\"content\":\"x\",\"ttl_seconds\":0}");
            JsonNode error = worker.next("error");
            assertThat(error.path("error").asString()).isEqualTo("bad_request");
            assertThat(error.path("ref").asString()).isEqualTo("r");
        }
    }

    @Test
    void keyShouldStandForWhatTheSenderSaid() {
        Agent agent = kernel().newAgent();
        Answer first = send(agent, CONTEXT).expect(202);
        assertThat(send(agent, CONTEXT).expect(202).json()).isEqualTo(first.json());
        for (String field : CONTEXT.keySet()) {
            Map<String, Object> other = new HashMap<>(CONTEXT);
            other.remove(field);
            send(agent, other).expectError(422, "idempotency_mismatch");
        }
    }

    @Test
    void messageShouldExpireWhenNobodyTookItInTime() {
        Agent agent = kernel().newAgent();
        String id = send(agent, Map.of("ttl_seconds", 1)).expect(202).text("message_id");
        String expired = "/observe/events?type=message_expired&agent=" + agent.address();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !kernel().anyone()
                        .get(expired)
                        .expect(200)
                        .json()
                        .path("events")
                        .isEmpty());
        JsonNode event =
                kernel().anyone().get(expired).expect(200).json().path("events").get(0);
        assertThat(event.path("data").path("message_id").asString()).isEqualTo(id);
        assertThat(event.path("data").path("to").asString()).isEqualTo(agent.address());
        assertThat(agent.takeContents()).isEmpty();
    }

    @Test
    void nullShouldSayNothing() {
        Agent agent = kernel().newAgent();
        Map<String, Object> nothing = new HashMap<>();
        CONTEXT.keySet().forEach(field -> nothing.put(field, null));
        send(agent, nothing).expect(202);
        send(agent, Map.of()).expect(202);
        assertThat(agent.take().json().path("messages").get(0).propertyNames())
                .containsExactlyInAnyOrder("message_id", "from", "to", "content", "timestamp");
    }

    @Test
    void whatIsOutOfItsLimitsShouldBeRefusedWithTheLimit() {
        Agent agent = kernel().newAgent();
        for (Object id : Arrays.asList("", "x".repeat(129), "\u00e9".repeat(65), 5, List.of())) {
            requireRefused(agent, "correlation_id", id);
        }
        for (Object id : Arrays.asList("", "order-4711", "1-1-1-1-1", 5)) {
            requireRefused(agent, "reply_to", id);
        }
        for (Object seconds : Arrays.asList(0, -1, 31_536_001, Long.MAX_VALUE, 1.5, "60")) {
            requireRefused(agent, "ttl_seconds", seconds);
        }
        send(agent, Map.of("correlation_id", "\u00e9".repeat(64), "ttl_seconds", 31_536_000))
                .expect(202);
        assertThat(agent.take().json().path("messages")).hasSize(1);
    }

    private static void requireRefused(Agent agent, String field, Object value) {
        assertThat(send(agent, Map.of(field, value))
                        .expectError(400, "bad_request")
                        .text("message"))
                .contains(field);
    }
}
