package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What agents do, counted from the log; and the shared state, as observers see it. */
abstract class ActivitySuite extends HttpSuite {

    private JsonNode observe(String path) {
        return kernel().anyone().get("/observe" + path).expect(200).json();
    }

    /** Until the counts have reached what is in the log by now. */
    private void awaitCounts() {
        long reached = observe("/health").path("last_seq").asLong();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> observe("/health").path("counted_seq").asLong() >= reached);
    }

    @Test
    void countsShouldBeWhatAgentsDid() {
        Agent from = kernel().newAgent();
        Agent to = kernel().newAgent();
        for (int i = 0; i < 3; i++) {
            from.send(to, "x").expect(202);
        }
        to.send(from, "y").expect(202);
        from.put("activity/a", "v").expect(200);
        from.put("activity/b", "v").expect(200);
        from.put("activity/a", "w").expect(200);
        awaitCounts();
        JsonNode sender = observe("/agents/" + from.address());
        assertThat(sender.path("messages_sent").asInt()).isEqualTo(3);
        assertThat(sender.path("messages_received").asInt()).isEqualTo(1);
        assertThat(sender.path("state_writes").asInt()).isEqualTo(3);
        assertThat(sender.path("last_active").asString())
                .isEqualTo(from.read("activity/a").expect(200).text("last_modified_at"));
        assertThat(sender.path("has_webhook").asBoolean()).isFalse();
        assertThat(sender.path("queue").path("messages").asInt()).isEqualTo(1);
        assertThat(sender.path("sends_to").path(0).path("address").asString()).isEqualTo(to.address());
        assertThat(sender.path("sends_to").path(0).path("count").asInt()).isEqualTo(3);
        assertThat(Agent.texts(sender.path("receives_from"), "address")).containsExactly(to.address());
        assertThat(Agent.texts(sender.path("recent_keys"))).containsExactly("activity/a", "activity/b");
        JsonNode network = observe("/network?limit=1000");
        assertThat(network.path("edges")
                        .valueStream()
                        .filter(edge -> edge.path("from").asString().equals(from.address()))
                        .map(edge -> edge.path("to").asString() + " " + edge.path("count")))
                .containsExactly(to.address() + " 3");
        assertThat(Agent.texts(network.path("nodes"), "address")).contains(from.address(), to.address());
    }

    @Test
    void agentsShouldBeListedInPages() {
        List<String> agents =
                List.of(kernel().newAgent().address(), kernel().newAgent().address());
        JsonNode all = observe("/agents?limit=1000");
        assertThat(Agent.texts(all.path("agents"), "address")).containsSubsequence(agents);
        JsonNode first = observe("/agents?limit=1");
        assertThat(first.path("agents")).hasSize(1);
        assertThat(observe("/agents?limit=1&cursor=" + first.path("next_cursor").asString())
                        .path("agents")
                        .path(0))
                .isEqualTo(all.path("agents").path(1));
        kernel().anyone().get("/observe/agents?cursor=nonsense").expectError(400, "bad_request");
        for (String none : List.of("tab_" + "z".repeat(20), "x", "TAB_AAAAAAAAAAAAAAAAAAAA")) {
            kernel().anyone().get("/observe/agents/" + none).expectError(404, "not_found");
        }
        kernel().anyone().get("/observe/network?limit=0").expect(200);
    }

    @Test
    void agentsShouldBeShownWithWhatTheySayOfThemselves() {
        Agent silent = kernel().newAgent();
        Agent named = kernel().newAgent();
        named.client()
                .put(
                        "/v1/agents/me/profile",
                        Map.of("name", "Courier", "description", "Carries.", "tags", List.of("swift")))
                .expect(200);
        JsonNode listed = observed(named);
        assertThat(listed.path("profile").path("name").asString()).isEqualTo("Courier");
        assertThat(Agent.texts(listed.path("profile").path("tags"))).containsExactly("swift");
        assertThat(listed.path("profile").has("description")).isFalse();
        assertThat(observe("/agents/" + named.address())
                        .path("profile")
                        .path("description")
                        .asString())
                .isEqualTo("Carries.");
        assertThat(observed(silent).path("profile").isNull()).isTrue();
    }

    private JsonNode observed(Agent agent) {
        JsonNode page = observe("/agents?limit=1000");
        while (true) {
            for (JsonNode entry : page.path("agents")) {
                if (entry.path("address").asString().equals(agent.address())) {
                    return entry;
                }
            }
            page = observe(
                    "/agents?limit=1000&cursor=" + page.path("next_cursor").asString());
        }
    }

    @Test
    void stateShouldBeSeenWithoutATrace() {
        Agent agent = kernel().newAgent();
        Answer written = agent.put("seen%2F%C3%BC", "v\u00fc").expect(200);
        agent.put("seen%2Fz", "").expect(200);
        long before = observe("/health").path("last_seq").asLong();
        JsonNode page = observe("/state?prefix=seen/&limit=1");
        JsonNode entry = page.path("keys").path(0);
        assertThat(entry.path("key").asString()).isEqualTo("seen/z");
        assertThat(entry.path("value_length").asInt()).isZero();
        assertThat(page.path("total").asInt()).isEqualTo(2);
        JsonNode second = observe("/state?prefix=seen/&limit=1&cursor="
                        + page.path("next_cursor").asString())
                .path("keys")
                .path(0);
        assertThat(second.path("value_length").asInt()).isEqualTo(3);
        assertThat(second.path("last_modified_by").asString()).isEqualTo(agent.address());
        assertThat(second.path("last_modified_at").asString()).isEqualTo(written.text("written_at"));
        assertThat(observe("/state/seen%2F%C3%BC").path("value").asString()).isEqualTo("v\u00fc");
        kernel().anyone().get("/observe/state/nothing/there").expectError(404, "not_found");
        for (String none : List.of("a/../b", "%2e", "a/%2e%2E/b", ".", "a%zz", "%FF")) {
            // Some of these the server refuses itself.
            kernel().anyone()
                    .rawOrMalformed("GET /observe/state/" + none + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .expectError(400, "bad_request");
        }
        kernel().anyone().get("/observe/state?cursor=x").expectError(400, "bad_request");
        assertThat(observe("/state").path("keys").size()).isPositive();
        assertThat(observe("/health").path("last_seq").asLong()).isEqualTo(before);
    }

    @Test
    void activityShouldNeedTheTokenAndABudget() {
        for (String path : List.of("agents", "agents/x", "network", "state", "state/x", "health", "webhooks")) {
            ContractClient client = narrowKernel().anyoneAt("198.51.100." + path.length() + path.charAt(0) % 10);
            client.get("/observe/" + path).expectError(401, "unauthorized");
            ContractClient observer = client.as(KernelSetup.OBSERVATION_TOKEN);
            requireLimited(() -> observer.get("/observe/" + path));
        }
    }
}
