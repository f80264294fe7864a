package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Messages that are leased, and end by what their worker says. */
abstract class AcknowledgementSuite extends HttpSuite {

    private static JsonNode lease(Agent agent, String query) {
        JsonNode messages = agent.client()
                .get("/v1/messages?ack=manual" + query)
                .expect(200)
                .json()
                .path("messages");
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    private static Answer end(Agent agent, String how, String kind, Object... ids) {
        return agent.client()
                .post("/v1/messages/" + how, Map.of(kind, List.of(ids)))
                .expect(200);
    }

    private static List<String> texts(Answer answer, String field) {
        return Agent.texts(answer.json().path(field));
    }

    @Test
    void leasedMessageShouldStayUntilItIsAcknowledged() {
        Agent agent = kernel().newAgent();
        agent.send(agent, "work").expect(202);
        Instant before = Instant.now();

        JsonNode message = lease(agent, "&lease=60&worker_id=w%C3%A9");

        assertThat(message.propertyNames())
                .containsExactlyInAnyOrder(
                        "message_id", "from", "to", "content", "timestamp", "attempt", "lease_id", "leased_until");
        assertThat(message.path("attempt").asInt()).isEqualTo(1);
        assertThat(Instant.parse(message.path("leased_until").asString())).isAfter(before.plus(Duration.ofSeconds(50)));
        assertThat(agent.takeContents()).isEmpty();
        String id = message.path("message_id").asString();
        assertThat(texts(end(agent, "ack", "message_ids", id), "acknowledged")).containsExactly(id);
        assertThat(texts(end(agent, "ack", "message_ids", id), "unknown")).containsExactly(id);
        assertThat(agent.takeContents()).isEmpty();
    }

    @Test
    void messageGivenBackShouldComeAgainUnderAnotherLease() {
        Agent agent = kernel().newAgent();
        Agent other = kernel().newAgent();
        agent.send(agent, "work").expect(202);
        String first = lease(agent, "").path("lease_id").asString();

        assertThat(texts(end(other, "nack", "lease_ids", first), "unknown")).containsExactly(first);
        assertThat(texts(end(agent, "nack", "lease_ids", first), "returned")).containsExactly(first);
        JsonNode again = lease(agent, "&worker_id=another");

        assertThat(again.path("attempt").asInt()).isEqualTo(2);
        for (String ending : List.of("ack", "nack", "extend")) {
            assertThat(texts(end(agent, ending, "lease_ids", first), "unknown")).containsExactly(first);
        }
        String second = again.path("lease_id").asString();
        assertThat(texts(end(agent, "extend", "lease_ids", second), "extended")).containsExactly(second);
        assertThat(texts(end(agent, "ack", "lease_ids", second), "acknowledged"))
                .containsExactly(second);
    }

    @Test
    void messageGivenBackWithADelayShouldRest() {
        Agent agent = kernel().newAgent();
        agent.send(agent, "later").expect(202);
        UUID lease = UUID.fromString(lease(agent, "").path("lease_id").asString());
        agent.client()
                .post("/v1/messages/nack", Map.of("lease_ids", List.of(lease), "delay_seconds", 3_600))
                .expect(200);
        agent.send(agent, "now").expect(202);
        assertThat(agent.takeContents()).containsExactly("now");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"message_ids\":[]}",
                "{\"message_ids\":null}",
                "{\"message_ids\":\"$\"}",
                "{\"message_ids\":[5]}",
                "{\"message_ids\":[\"x\"]}",
                "{\"message_ids\":[\"1-1-1-1-1\"]}",
                "{\"lease_ids\":[[\"$\"]]}",
                "{\"message_ids\":[\"$\"],\"lease_ids\":[\"$\"]}"
            })
    void endingShouldBeRefusedWhenTheBodyIsNotAsTheContractSays(String template) {
        Agent agent = kernel().newAgent();
        byte[] body = template.replace("$", new UUID(1, 1).toString()).getBytes(StandardCharsets.UTF_8);
        for (String ending : List.of("ack", "nack", "extend")) {
            agent.client()
                    .header("Content-Type", "application/json")
                    .request("POST", "/v1/messages/" + ending, body)
                    .expectError(400, "bad_request");
        }
    }

    @Test
    void numbersShouldBeHeldToTheirLimits() {
        ContractClient client = kernel().newAgent().client();
        List<UUID> ids = List.of(new UUID(1, 1));
        for (Object delay : List.of(-1, 43_201, Long.MAX_VALUE, 1.5, "1")) {
            client.post("/v1/messages/nack", Map.of("lease_ids", ids, "delay_seconds", delay))
                    .expectError(400, "bad_request");
        }
        for (Object lease : List.of(0, -1, 3_601, "30")) {
            client.post("/v1/messages/extend", Map.of("lease_ids", ids, "lease_seconds", lease))
                    .expectError(400, "bad_request");
        }
        client.post("/v1/messages/ack", Map.of("lease_ids", Collections.nCopies(1_001, ids.getFirst())))
                .expectError(400, "bad_request");
        client.post("/v1/messages/ack", Map.of("lease_ids", Collections.nCopies(1_000, ids.getFirst())))
                .expect(200);
    }

    @Test
    void endingShouldBeCheckedLikeEveryOtherRequest() {
        Agent agent = narrowKernel().newAgent();
        for (String ending : List.of("ack", "nack", "extend")) {
            String path = "/v1/messages/" + ending;
            kernel().anyone().post(path, Map.of()).expectError(401, "unauthorized");
            agent.client()
                    .header("Content-Type", "text/plain")
                    .request("POST", path, new byte[] {'x'})
                    .expectError(415, "unsupported_media_type");
            agent.client()
                    .header("Content-Type", "application/json")
                    .request("POST", path, new byte[(2 << 20) + 1])
                    .expectError(413, "value_too_large");
        }
        for (String ending : List.of("ack", "nack", "extend")) {
            requireLimited(() ->
                    agent.client().post("/v1/messages/" + ending, Map.of("lease_ids", List.of(new UUID(1, 1)))));
        }
    }
}
