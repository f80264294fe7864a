package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The event log, as observers read it. */
abstract class EventsSuite extends HttpSuite {

    private Answer events(String query) {
        return kernel().anyone().get("/observe/events" + query).expect(200);
    }

    private long lastSeq() {
        return events("?before=" + Long.MAX_VALUE + "&limit=1")
                .json()
                .path("events")
                .path(0)
                .path("seq")
                .asLong();
    }

    @Test
    void everyActionShouldBeSeenInOrderWithItsData() {
        Operator operator = kernel().newOperator();
        long before = lastSeq();
        Agent agent = operator.newAgent();
        Answer sent = agent.send(agent, "hello \"there\" \n ü").expect(202);
        agent.takeContents();
        agent.put("events%2Fkey", "value").expect(200);
        agent.delete("events%2Fkey").expect(200);
        JsonNode page = events("?since=" + before + "&limit=1000").json();
        List<JsonNode> seen = new ArrayList<>();
        page.path("events").forEach(seen::add);
        assertThat(seen)
                .extracting(event -> event.path("type").asString())
                .containsExactly(
                        "agent_registered", "message_sent", "message_delivered", "state_written", "state_deleted");
        assertThat(seen)
                .allSatisfy(event -> assertThat(event.path("agent").asString()).isEqualTo(agent.address()));
        assertThat(seen)
                .extracting(event -> event.path("seq").asLong())
                .containsExactly(before + 1, before + 2, before + 3, before + 4, before + 5);
        JsonNode message = seen.get(1).path("data");
        assertThat(message.path("message_id").asString()).isEqualTo(sent.text("message_id"));
        assertThat(message.path("content").asString()).isEqualTo("hello \"there\" \n ü");
        assertThat(seen.get(1).path("ts").asString()).isEqualTo(sent.text("timestamp"));
        assertThat(seen.get(3).path("data").path("key").asString()).isEqualTo("events/key");
        assertThat(page.path("next_cursor").asLong()).isEqualTo(before + 5);
        assertThat(page.path("has_more").asBoolean()).isFalse();
        assertThat(page.toString()).doesNotContain(agent.token(), operator.key(), "private", "digest");
    }

    @Test
    void pagesShouldFollowEachOtherForwardsAndBackwards() {
        Agent agent = kernel().newAgent();
        Agent other = kernel().newAgent();
        for (int i = 0; i < 10; i++) {
            agent.put("pages", "v" + i).expect(200);
            other.put("pages", "other").expect(200);
        }
        String filter = "&type=state_written&agent=" + agent.address();
        List<String> values = new ArrayList<>();
        JsonNode page = events("?limit=3" + filter).json();
        while (true) {
            page.path("events")
                    .forEach(
                            event -> values.add(event.path("data").path("value").asString()));
            if (!page.path("has_more").asBoolean()) {
                break;
            }
            page = events("?limit=3&since=" + page.path("next_cursor").asLong() + filter)
                    .json();
        }
        assertThat(values).containsExactly("v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9");
        JsonNode latest = events("?limit=3&before=9007199254740991" + filter).json();
        assertThat(Agent.texts(
                        JsonMapper.shared()
                                .valueToTree(latest.path("events")
                                        .valueStream()
                                        .map(event -> event.path("data"))
                                        .toList()),
                        "value"))
                .containsExactly("v9", "v8", "v7");
        assertThat(latest.path("has_more").asBoolean()).isTrue();
        JsonNode earlier = events(
                        "?limit=3&before=" + latest.path("next_cursor").asLong() + filter)
                .json();
        assertThat(earlier.path("events").path(0).path("data").path("value").asString())
                .isEqualTo("v6");
    }

    @Test
    void otherFormsShouldHoldTheSameEvents() {
        Agent agent = kernel().newAgent();
        agent.put("forms", "a\nb").expect(200);
        agent.put("forms", "c").expect(200);
        String filter = "?type=state_written,state_deleted&agent=" + agent.address();
        JsonNode plain = events(filter).json();
        Answer lines = events(filter + "&format=ndjson");
        assertThat(lines.header("Content-Type")).contains("application/x-ndjson");
        assertThat(new String(lines.body(), StandardCharsets.UTF_8).lines().map(JsonMapper.shared()::readTree))
                .containsExactlyElementsOf(plain.path("events"));
        assertThat(lines.header("X-Next-Cursor"))
                .contains(plain.path("next_cursor").asString());
        assertThat(lines.header("X-Has-More")).contains("false");
        JsonNode cloud = events(filter + "&format=cloudevents").json();
        assertThat(cloud).hasSize(2);
        for (int i = 0; i < 2; i++) {
            JsonNode event = plain.path("events").path(i);
            assertThat(cloud.path(i).path("id").asString())
                    .isEqualTo(event.path("seq").asString());
            assertThat(cloud.path(i).path("type").asString()).isEqualTo("dev.agentkernel.state_written");
            assertThat(cloud.path(i).path("subject").asString()).isEqualTo(agent.address());
            assertThat(cloud.path(i).path("time")).isEqualTo(event.path("ts"));
            assertThat(cloud.path(i).path("data")).isEqualTo(event.path("data"));
        }
        assertThat(events("?format=ndjson&since=" + Long.MAX_VALUE).body()).isEmpty();
        assertThat(events("?format=cloudevents&since=" + Long.MAX_VALUE).json()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "since=-1",
                "since=x",
                "since=1.5",
                "since=9223372036854775808",
                "since=0x10",
                "before=-1",
                "before=latest",
                "type=message_lost",
                "type=message_sent,nothing",
                "type=MESSAGE_SENT",
                "agent=tab_",
                "agent=TAB_AAAAAAAAAAAAAAAAAAAA",
                "agent=%00",
                "agent=%ff",
                "format=xml"
            })
    void whatCannotBeAskedShouldBeRefused(String query) {
        kernel().anyone().get("/observe/events?" + query).expectError(400, "bad_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"limit=0", "limit=-1", "limit=1001", "limit=x", "limit=", "type=", "agent=", "since=", "x=y"})
    void whatIsMissingOrOutOfRangeShouldBeTheDefault(String query) {
        assertThat(events("?" + query).json()).isEqualTo(events("").json());
        assertThat(events("").json().path("events").size()).isLessThanOrEqualTo(100);
    }

    @Test
    void endsOfTheLogShouldBeAnswered() {
        kernel().newAgent();
        JsonNode beyond = events("?since=" + Long.MAX_VALUE).json();
        assertThat(beyond.path("events")).isEmpty();
        assertThat(beyond.path("has_more").asBoolean()).isFalse();
        assertThat(beyond.path("next_cursor").asLong()).isEqualTo(Long.MAX_VALUE);
        for (String query : List.of("?before=0", "?before=1", "?since=5&before=3")) {
            assertThat(events(query).json().path("events")).isEmpty();
            assertThat(events(query).json().path("has_more").asBoolean()).isFalse();
        }
        JsonNode nobody = events("?agent=tab_" + "z".repeat(20)).json();
        assertThat(nobody.path("events")).isEmpty();
    }

    @Test
    void observingShouldLeaveNoTrace() {
        kernel().newAgent();
        long before = lastSeq();
        events("");
        kernel().anyone().get("/observe/events?since=-1").expect(400);
        assertThat(lastSeq()).isEqualTo(before);
    }

    @Test
    void largeEventsShouldNotMakeALargePage() {
        Agent agent = kernel().newAgent();
        for (int i = 0; i < 6; i++) {
            agent.client()
                    .put("/v1/state/large", Map.of("value", (i + "x").repeat(500_000)))
                    .expect(200);
        }
        JsonNode page = events("?type=state_written&agent=" + agent.address()).json();
        assertThat(page.path("events")).hasSize(4);
        assertThat(page.path("has_more").asBoolean()).isTrue();
        agent.delete("large").expect(200);
    }
}
