package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What agents say about themselves, how others find them by it, and whom they do not want to hear from. */
abstract class ProfilesSuite extends HttpSuite {

    private static Answer say(Agent agent, Object profile) {
        return agent.client().put("/v1/agents/me/profile", profile);
    }

    @Test
    void profileShouldBeShownEverywhereAndReplacedAsAWhole() {
        Operator operator = kernel().newOperator();
        Agent agent = operator.newAgent();
        Map<String, Object> given =
                Map.of("name", "Planner \ud83d\ude80", "description", "Plans.", "tags", List.of("A", "b", "A"));
        JsonNode kept = say(agent, given).expect(200).json();
        assertThat(Agent.texts(kept.path("tags"))).containsExactly("A", "b");
        assertThat(kept.path("name").asString()).isEqualTo("Planner \ud83d\ude80");
        assertThat(agent.client().get("/v1/agents/me").expect(200).json().path("profile"))
                .isEqualTo(kept);
        assertThat(kernel().newAgent()
                        .client()
                        .get("/v1/registry/" + agent.address())
                        .expect(200)
                        .json()
                        .path("profile"))
                .isEqualTo(kept);
        assertThat(operator.client()
                        .get("/v1/operators/me/agents")
                        .expect(200)
                        .json()
                        .path("agents")
                        .get(0)
                        .path("profile"))
                .isEqualTo(kept);
        say(agent, Map.of("name", "Other")).expect(200);
        JsonNode replaced =
                agent.client().get("/v1/agents/me").expect(200).json().path("profile");
        assertThat(replaced.path("name").asString()).isEqualTo("Other");
        assertThat(replaced.path("description").isNull()).isTrue();
        assertThat(replaced.path("tags")).isEmpty();
        say(agent, Map.of()).expect(200);
        assertThat(agent.client()
                        .get("/v1/agents/me")
                        .expect(200)
                        .json()
                        .path("profile")
                        .isNull())
                .isTrue();
    }

    @Test
    void profileShouldBeTakenAtItsLimitsAndRefusedBeyond() {
        Agent agent = kernel().newAgent();
        String wide = "\ud83d\ude80";
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            tags.add(wide.repeat(38) + i / 10 + i % 10);
        }
        say(agent, Map.of("name", wide.repeat(80), "description", wide.repeat(1_000), "tags", tags))
                .expect(200);
        List<Object> bad = new ArrayList<>(List.of(
                Map.of("name", "x".repeat(81)),
                Map.of("description", "x".repeat(1_001)),
                Map.of("tags", List.of("x".repeat(41))),
                Map.of("tags", List.of("")),
                Map.of("tags", List.of("a\nb")),
                Map.of("tags", List.of(5)),
                Map.of("tags", Collections.singletonList(null)),
                Map.of("tags", "x"),
                Map.of("tags", Collections.nCopies(21, "x")),
                Map.of("name", "a\0b"),
                Map.of("name", 5)));
        for (Object body : bad) {
            say(agent, body).expectError(400, "bad_request");
        }
        assertThat(agent.client()
                        .get("/v1/agents/me")
                        .expect(200)
                        .json()
                        .path("profile")
                        .path("tags"))
                .hasSize(20);
    }

    private static List<String> find(Agent reader, String search, int limit) {
        List<String> found = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page = reader.client()
                    .get("/v1/registry?limit=" + limit + "&" + search + "&cursor=" + cursor)
                    .expect(200)
                    .json();
            assertThat(page.path("agents").size()).isLessThanOrEqualTo(limit);
            assertThat(page.path("total").isNull()).isTrue();
            found.addAll(Agent.texts(page.path("agents"), "address"));
            cursor = page.path("next_cursor").isNull()
                    ? null
                    : page.path("next_cursor").asString();
        }
        return found;
    }

    @Test
    void agentsShouldBeFoundByTagAndTextPageByPage() {
        Agent reader = kernel().newAgent();
        List<String> planners = new ArrayList<>();
        List<String> tagged = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Agent agent = kernel().newAgent();
            tagged.add(agent.address());
            boolean planner = i % 2 == 0;
            if (planner) {
                planners.add(agent.address());
            }
            say(
                            agent,
                            Map.of(
                                    "name",
                                    planner ? "Q7 PLANNER" : "q7 other",
                                    "description",
                                    i == 0 ? "100% zebra_q7" : "none",
                                    "tags",
                                    List.of("Search-Test", "n" + i)))
                    .expect(200);
        }
        assertThat(find(reader, "tag=search-test", 2)).isEqualTo(tagged);
        assertThat(find(reader, "tag=SEARCH-TEST", 1_000)).isEqualTo(tagged);
        assertThat(find(reader, "q=q7%20planner", 2)).isEqualTo(planners);
        assertThat(find(reader, "q=PLANNER&tag=search-test", 1)).isEqualTo(planners);
        assertThat(find(reader, "q=100%25%20zebra_", 10)).containsExactly(tagged.getFirst());
        assertThat(find(reader, "q=planner&tag=n1", 10)).isEmpty();
        assertThat(find(reader, "tag=%25", 10)).isEmpty();
        assertThat(find(reader, "tag=a%00b", 10)).isEmpty();
        reader.client().get("/v1/registry?tag=" + "x".repeat(41)).expectError(400, "bad_request");
        reader.client().get("/v1/registry?q=" + "x".repeat(101)).expectError(400, "bad_request");
        assertThat(reader.client()
                        .get("/v1/registry?tag=&q=")
                        .expect(200)
                        .json()
                        .path("total")
                        .isInt())
                .isTrue();
    }

    @Test
    void blockedSenderShouldBeRefused() {
        Agent quiet = kernel().newAgent();
        Agent loud = kernel().newAgent();
        String block = "/v1/agents/me/blocks/" + loud.address();
        loud.send(quiet, "before", "key").expect(202);
        quiet.client().request("PUT", block, null).expect(204);
        quiet.client().request("PUT", block, null).expect(204);
        loud.send(quiet, "blocked").expectError(403, "blocked");
        loud.send(quiet, "before", "key").expect(202);
        quiet.send(loud, "the other way").expect(202);
        assertThat(Agent.texts(quiet.client()
                        .get("/v1/agents/me/blocks")
                        .expect(200)
                        .json()
                        .path("blocks")))
                .containsExactly(loud.address());
        quiet.client().delete(block).expect(204);
        quiet.client().delete(block).expect(204);
        loud.send(quiet, "after").expect(202);
        assertThat(quiet.takeContents()).containsExactly("before", "after");
        quiet.client().delete("/v1/agents/me/blocks/nonsense").expect(204);
        quiet.client().request("PUT", "/v1/agents/me/blocks/nonsense", null).expectError(404, "not_found");
        quiet.client()
                .request("PUT", "/v1/agents/me/blocks/" + quiet.address(), null)
                .expectError(400, "bad_request");
    }

    @Test
    void agentShouldBlockNoMoreThanAllowed() {
        Agent agent = narrowKernel().newAgent();
        List<String> others = List.of(
                narrowKernel().newAgent().address(),
                narrowKernel().newAgent().address(),
                narrowKernel().newAgent().address());
        block(agent, others.get(0)).expect(204);
        block(agent, others.get(1)).expect(204);
        assertThat(block(agent, others.get(2)).expectError(409, "conflict").text("message"))
                .contains("at most 2");
        block(agent, others.get(1)).expect(204);
        agent.client().delete("/v1/agents/me/blocks/" + others.getFirst()).expect(204);
        block(agent, others.get(2)).expect(204);
    }

    private static Answer block(Agent agent, String other) {
        return agent.client().request("PUT", "/v1/agents/me/blocks/" + other, null);
    }
}
