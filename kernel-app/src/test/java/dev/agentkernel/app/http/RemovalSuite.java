package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Removal of content, and what everybody sees of it. */
abstract class RemovalSuite extends HttpSuite {

    private static final String PLACEHOLDER = "[REDACTED \u2014 see /observe/transparency]";

    private ContractClient admin() {
        return kernel().anyone().as(KernelSetup.ADMIN_TOKEN);
    }

    private Answer removeState(String key) {
        return admin().post("/admin/remove", Map.of("type", "state", "key", key, "reason", "the law"));
    }

    private Answer removeMessage(String id) {
        return admin().post("/admin/remove", Map.of("type", "message", "message_id", id, "reason", "the law"));
    }

    private String eventsOf(Agent agent) {
        return kernel().anyone()
                .get("/observe/events?limit=1000&agent=" + agent.address())
                .expect(200)
                .json()
                .toString();
    }

    @Test
    void removedStateShouldBeGoneEverywhere() {
        Agent agent = kernel().newAgent();
        agent.put("removed/key", "secret-of-state").expect(200);
        String tag = agent.put("removed/key", "other-secret-of-state")
                .expect(200)
                .header("ETag")
                .orElseThrow();
        Answer removed = removeState("removed/key").expect(200);
        assertThat(removed.text("status")).isEqualTo("removed");
        assertThat(removed.text("action")).isEqualTo("state_key_removed");
        assertThat(removed.text("key")).isEqualTo("removed/key");
        assertThat(eventsOf(agent)).doesNotContain("secret-of-state").contains(PLACEHOLDER, "redacted_reason");
        Answer read = agent.read("removed/key").expect(200);
        assertThat(read.text("value")).isEqualTo(PLACEHOLDER);
        assertThat(read.text("reason")).isEqualTo("the law");
        assertThat(read.json().path("redacted").asBoolean()).isTrue();
        assertThat(read.header("ETag").orElseThrow()).isNotEqualTo(tag);
        removeState("removed/key").expectError(404, "not_found");
        agent.put("removed/key", "innocent").expect(200);
        assertThat(agent.read("removed/key").expect(200).json().has("redacted")).isFalse();
        assertThat(eventsOf(agent)).contains("innocent");
    }

    @Test
    void removedMessageShouldBeGoneEverywhere() {
        Agent agent = kernel().newAgent();
        agent.send(agent, "secret-that-was-taken").expect(202);
        assertThat(agent.takeContents()).hasSize(1);
        String taken = kernel().anyone()
                .get("/observe/events?type=message_sent&agent=" + agent.address())
                .expect(200)
                .json()
                .path("events")
                .get(0)
                .path("data")
                .path("message_id")
                .asString();
        String waiting = agent.send(agent, "secret-that-waits").expect(202).text("message_id");
        agent.send(agent, "innocent").expect(202);
        assertThat(removeMessage(taken).expect(200).text("action")).isEqualTo("message_redacted");
        removeMessage(waiting).expect(200);
        removeMessage(waiting).expectError(404, "not_found");
        assertThat(eventsOf(agent)).doesNotContain("secret-that").contains(PLACEHOLDER, "innocent");
        assertThat(agent.takeContents()).containsExactly("innocent");
        requireListed(taken, waiting);
    }

    private void requireListed(String taken, String waiting) {
        JsonNode log =
                kernel().anyone().get("/observe/transparency").expect(200).json();
        assertThat(Agent.texts(log.path("removals"), "message_id")).containsSubsequence(taken, waiting);
        assertThat(admin().get("/admin/removals").expect(200).json()).isEqualTo(log);
        String before = "0".repeat(64);
        for (JsonNode entry : log.path("removals")) {
            assertThat(entry.path("previous_hash").asString()).isEqualTo(before);
            before = entry.path("entry_hash").asString();
        }
        JsonNode first = kernel().anyone()
                .get("/observe/transparency?limit=1")
                .expect(200)
                .json();
        assertThat(first.path("total").asInt()).isEqualTo(log.path("removals").size());
        assertThat(kernel().anyone()
                        .get("/observe/transparency?limit=1&cursor="
                                + first.path("next_cursor").asString())
                        .expect(200)
                        .json()
                        .path("removals")
                        .get(0))
                .isEqualTo(log.path("removals").get(1));
    }

    @Test
    void removalShouldBeRefusedWhenItIsNotAsTheContractSays() {
        for (Object body : List.of(
                Map.of(),
                Map.of("type", "state", "key", "k"),
                Map.of("type", "state", "reason", "r"),
                Map.of("type", "message", "reason", "r"),
                Map.of("type", "message", "message_id", "x", "reason", "r"),
                Map.of("type", "agent", "key", "k", "reason", "r"),
                Map.of("type", "state", "key", "k", "reason", ""),
                Map.of("type", "state", "key", "k", "reason", "r".repeat(1_001)))) {
            admin().post("/admin/remove", body).expectError(400, "bad_request");
        }
        removeState("never/there").expectError(404, "not_found");
        removeMessage("018f0000-0000-7000-8000-000000000001").expectError(404, "not_found");
        admin().header("Content-Type", "text/plain")
                .request("POST", "/admin/remove", new byte[] {'x'})
                .expectError(415, "unsupported_media_type");
        admin().header("Content-Type", "application/json")
                .request("POST", "/admin/remove", new byte[(2 << 20) + 1])
                .expectError(413, "value_too_large");
        admin().get("/admin/removals?cursor=x").expectError(400, "bad_request");
        kernel().anyone().get("/observe/transparency?cursor=x").expectError(400, "bad_request");
    }

    @Test
    void nobodyElseShouldRemove() {
        Operator operator = kernel().newOperator();
        for (ContractClient client : List.of(
                kernel().anyone(), operator.client(), operator.newAgent().client())) {
            client.post("/admin/remove", Map.of("type", "state", "key", "k", "reason", "r"))
                    .expectError(401, "unauthorized");
            client.get("/admin/removals").expectError(401, "unauthorized");
        }
        ContractClient observer = narrowKernel().anyoneAt("203.0.113.177");
        observer.get("/observe/transparency").expectError(401, "unauthorized");
        ContractClient known = observer.as(KernelSetup.OBSERVATION_TOKEN);
        while (known.get("/observe/transparency").status() != 429) {
            // spends the budget
        }
    }
}
