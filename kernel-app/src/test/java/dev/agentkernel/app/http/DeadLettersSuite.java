package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.ContractClient;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Messages that were handed out too often. */
abstract class DeadLettersSuite extends HttpSuite {

    private static final String UNKNOWN = "/v1/messages/dead/" + new UUID(1, 1);

    private static JsonNode list(Agent agent, String query) {
        return agent.client().get("/v1/messages/dead" + query).expect(200).json();
    }

    /** Sends a message and lets it be leased until it is dead; answers with its id. */
    private static String dead(Agent agent, String content) {
        String id = agent.send(agent, content).expect(202).text("message_id");
        for (int i = 0; i < KernelSetup.ATTEMPTS_MAX; i++) {
            agent.client().get("/v1/messages?ack=manual").expect(200);
            agent.client()
                    .post("/v1/messages/nack", Map.of("message_ids", List.of(id)))
                    .expect(200);
        }
        return id;
    }

    @Test
    void messageThatNobodyAcknowledgesShouldBeSeenAmongTheDeadLetters() {
        Agent agent = kernel().newAgent();
        String id = dead(agent, "poison \u0000 \ud83d\ude80");

        assertThat(agent.takeContents()).isEmpty();
        JsonNode page = list(agent, "");
        assertThat(page.path("total").asInt()).isEqualTo(1);
        assertThat(page.path("next_cursor").isNull()).isTrue();
        JsonNode letter = page.path("messages").get(0);
        assertThat(letter.propertyNames())
                .containsExactlyInAnyOrder("message_id", "from", "to", "content", "timestamp", "attempts");
        assertThat(letter.path("message_id").asString()).isEqualTo(id);
        assertThat(letter.path("content").asString()).isEqualTo("poison \u0000 \ud83d\ude80");
        assertThat(letter.path("attempts").asInt()).isEqualTo(KernelSetup.ATTEMPTS_MAX);
        JsonNode event = kernel().anyone()
                .get("/observe/events?type=message_dead&agent=" + agent.address())
                .expect(200)
                .json()
                .path("events")
                .get(0);
        assertThat(event.path("data").path("message_id").asString()).isEqualTo(id);
        assertThat(event.path("data").path("attempts").asInt()).isEqualTo(KernelSetup.ATTEMPTS_MAX);
    }

    @Test
    void letterShouldBePutBackOrDeletedOnce() {
        Agent agent = kernel().newAgent();
        Agent other = kernel().newAgent();
        String back = "/v1/messages/dead/" + dead(agent, "back") + "/requeue";
        String gone = "/v1/messages/dead/" + dead(agent, "gone");
        other.client().post(back).expectError(404, "not_found");
        other.client().delete(gone).expectError(404, "not_found");

        agent.client().post(back).expect(204);
        agent.client().delete(gone).expect(204);

        agent.client().post(back).expectError(404, "not_found");
        agent.client().delete(gone).expectError(404, "not_found");
        assertThat(list(agent, "").path("total").asInt()).isZero();
        assertThat(agent.takeContents()).containsExactly("back");
    }

    @Test
    void pagesShouldFollowEachOther() {
        Agent agent = kernel().newAgent();
        for (String content : List.of("a", "b", "c")) {
            dead(agent, content);
        }
        JsonNode first = list(agent, "?limit=2");
        assertThat(Agent.texts(first.path("messages"), "content")).containsExactly("a", "b");
        JsonNode second =
                list(agent, "?limit=2&cursor=" + first.path("next_cursor").asString());
        assertThat(Agent.texts(second.path("messages"), "content")).containsExactly("c");
        assertThat(second.path("next_cursor").isNull()).isTrue();
        agent.client().get("/v1/messages/dead?cursor=AgE").expectError(400, "bad_request");
    }

    @Test
    void requestsShouldBeCheckedLikeAllOthers() {
        ContractClient nobody = kernel().anyone();
        nobody.get("/v1/messages/dead").expectError(401, "unauthorized");
        nobody.delete(UNKNOWN).expectError(401, "unauthorized");
        nobody.post(UNKNOWN + "/requeue").expectError(401, "unauthorized");
        Agent agent = narrowKernel().newAgent();
        agent.client().delete("/v1/messages/dead/nonsense").expectError(404, "not_found");
        agent.client()
                .header("Content-Type", "text/plain")
                .request("POST", UNKNOWN + "/requeue", new byte[] {'x'})
                .expectError(415, "unsupported_media_type");
        agent.client()
                .header("Content-Type", "application/json")
                .request("POST", UNKNOWN + "/requeue", new byte[(2 << 20) + 1])
                .expectError(413, "value_too_large");
        requireLimited(() -> agent.client().get("/v1/messages/dead"));
        requireLimited(() -> agent.client().delete(UNKNOWN));
        requireLimited(() -> agent.client().post(UNKNOWN + "/requeue"));
    }
}
