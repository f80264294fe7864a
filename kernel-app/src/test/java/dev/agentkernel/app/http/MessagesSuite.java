package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Sending messages and taking them. */
abstract class MessagesSuite extends HttpSuite {

    private static final int CONTENT_BYTES_MAX = 65_536;

    @Test
    void messageShouldComeOutAsItWentInAndThenBeGone() {
        Agent sender = kernel().newAgent();
        Agent recipient = kernel().newAgent();
        Instant before = Instant.now();
        Answer sent = sender.send(recipient, "Can you take 12 pallets?").expect(202);
        assertThat(UUID.fromString(sent.text("message_id")).version()).isEqualTo(7);
        assertThat(sent.text("from")).isEqualTo(sender.address());
        assertThat(sent.text("to")).isEqualTo(recipient.address());
        assertThat(Instant.parse(sent.text("timestamp")))
                .isBetween(before.minus(Duration.ofSeconds(1)), Instant.now().plus(Duration.ofSeconds(1)));

        Answer taken = recipient.take();
        assertThat(taken.header("Cache-Control")).contains("no-store");
        assertThat(taken.json().path("remaining").asInt()).isZero();
        assertThat(taken.json().path("messages")).hasSize(1);
        JsonNode message = taken.json().path("messages").get(0);
        assertThat(message.path("content").asString()).isEqualTo("Can you take 12 pallets?");
        for (String field : List.of("message_id", "from", "to", "timestamp")) {
            assertThat(message.path(field).asString()).isEqualTo(sent.text(field));
        }
        assertThat(message.propertyNames())
                .containsExactlyInAnyOrder("message_id", "from", "to", "content", "timestamp");

        assertThat(recipient.takeContents()).isEmpty();
        assertThat(sender.takeContents()).isEmpty();
    }

    @Test
    void senderShouldBeTheCallerWhateverTheBodySays() {
        Agent sender = kernel().newAgent();
        Agent recipient = kernel().newAgent();
        Answer sent = sender.client()
                .post(
                        "/v1/messages",
                        Map.of(
                                "from",
                                recipient.address(),
                                "to",
                                recipient.address(),
                                "content",
                                "x",
                                "message_id",
                                "y"))
                .expect(202);
        assertThat(sent.text("from")).isEqualTo(sender.address());
        assertThat(recipient.take().json().path("messages").get(0).path("from").asString())
                .isEqualTo(sender.address());
    }

    @Test
    void agentShouldReachItself() {
        Agent agent = kernel().newAgent();
        agent.send(agent, "note to self").expect(202);
        assertThat(agent.takeContents()).containsExactly("note to self");
    }

    @Test
    void messagesShouldComeInTheOrderInWhichTheyWereAccepted() {
        Agent one = kernel().newAgent();
        Agent other = kernel().newAgent();
        Agent recipient = kernel().newAgent();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            sent.add("message " + i);
            (i % 3 == 0 ? one : other).send(recipient, "message " + i).expect(202);
        }
        Answer first = recipient.client().get("/v1/messages?limit=7").expect(200);
        assertThat(Agent.texts(first.json().path("messages"), "content")).isEqualTo(sent.subList(0, 7));
        assertThat(first.json().path("remaining").asInt()).isEqualTo(53);
        Answer second = recipient.take();
        assertThat(Agent.texts(second.json().path("messages"), "content")).isEqualTo(sent.subList(7, 57));
        assertThat(second.json().path("remaining").asInt()).isEqualTo(3);
        assertThat(recipient.takeContents()).isEqualTo(sent.subList(57, 60));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "100, 51", "101, 50", "0, 50", "-5, 50", "x, 50", "'', 50", "1e1, 50", "%31, 1"})
    void limitShouldCountOrFallBackToTheDefault(String limit, int expected) {
        Agent agent = kernel().newAgent();
        for (int i = 0; i < 51; i++) {
            agent.send(agent, Integer.toString(i)).expect(202);
        }
        Answer taken = agent.client().get("/v1/messages?limit=" + limit).expect(200);
        assertThat(taken.json().path("messages")).hasSize(expected);
        assertThat(taken.json().path("remaining").asInt()).isEqualTo(51 - expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "\u0000",
                "a\u0000b\u0001\u001f\u007f",
                "\n\r\t\"\\/\b\f",
                "\u2028\u2029\uFEFF\uFFFD\uFFFE\uFFFF",
                "\uD83D\uDE00\uDBFF\uDFFF",
                "e\u0301 \u00e9",
                "{\"json\": [null, true, 1.50]}",
                "<script>&amp;</script>",
                "'; DROP TABLE messages; --"
            })
    void contentShouldComeOutByteForByte(String content) {
        Agent agent = kernel().newAgent();
        agent.send(agent, content).expect(202);
        assertThat(agent.takeContents()).containsExactly(content);
    }

    @Test
    void contentShouldBeTheSameHoweverTheSenderEscapedIt() {
        Agent agent = kernel().newAgent();
        String body = "{\"to\":\"" + agent.address() + "\",\"content\":\"\\u0041\\ud83d\\ude00\\/\\u0000\"}";
        agent.client()
                .header("Content-Type", "application/json; charset=utf-8")
                .request("POST", "/v1/messages", body.getBytes(StandardCharsets.UTF_8))
                .expect(202);
        assertThat(agent.takeContents()).containsExactly("A😀/\u0000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "€", "😀", "\u0001", "\""})
    void contentShouldBeLimitedByItsBytesExactly(String unit) {
        Agent agent = kernel().newAgent();
        int bytes = unit.getBytes(StandardCharsets.UTF_8).length;
        String longest = unit.repeat(CONTENT_BYTES_MAX / bytes) + "x".repeat(CONTENT_BYTES_MAX % bytes);
        agent.send(agent, longest).expect(202);
        assertThat(agent.takeContents()).containsExactly(longest);
        assertThat(agent.send(agent, longest + "x")
                        .expectError(400, "bad_request")
                        .text("message"))
                .contains("65537", "65536");
        assertThat(agent.takeContents()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"content\":\"x\"}",
                "{\"to\":\"$\"}",
                "{\"to\":\"$\",\"content\":\"\"}",
                "{\"to\":\"$\",\"content\":null}",
                "{\"to\":\"$\",\"content\":5}",
                "{\"to\":\"$\",\"content\":{}}",
                "{\"to\":\"$\",\"content\":[\"x\"]}",
                "{\"to\":null,\"content\":\"x\"}",
                "{\"to\":5,\"content\":\"x\"}",
                "{\"to\":[\"$\"],\"content\":\"x\"}",
                "{\"to\":\"$\",\"content\":\"\\ud800\"}",
                "{\"to\":\"$\",\"content\":\"\\udc00\\ud800\"}",
                "{\"to\":\"$\",\"content\":\"x\",\"content\":\"y\"}",
                "{\"to\":\"$\",\"to\":\"$\",\"content\":\"y\"}"
            })
    void messageShouldBeRefusedWhenTheBodyIsNotAsTheContractSays(String template) {
        Agent agent = kernel().newAgent();
        agent.client()
                .header("Content-Type", "application/json")
                .request(
                        "POST",
                        "/v1/messages",
                        template.replace("$", agent.address()).getBytes(StandardCharsets.UTF_8))
                .expectError(400, "bad_request");
        assertThat(agent.takeContents()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tab_aaaaaaaaaaaaaaaaaaaa", "", "nobody", "TAB_AAAAAAAAAAAAAAAAAAAA", "tab_\u0000", "😀"})
    void recipientShouldNotBeFoundWhenNobodyHasTheAddress(String to) {
        kernel().newAgent()
                .client()
                .post("/v1/messages", Map.of("to", to, "content", "x"))
                .expectError(404, "not_found");
    }

    @Test
    void answerShouldCarryAtMostFourMebibytesAndSayWhatRemains() {
        Agent agent = kernel().newAgent();
        String content = "é".repeat(CONTENT_BYTES_MAX / 2);
        for (int i = 0; i < 66; i++) {
            agent.send(agent, content).expect(202);
        }
        Answer first = agent.client().get("/v1/messages?limit=100").expect(200);
        assertThat(first.json().path("messages")).hasSize(64);
        assertThat(first.json().path("remaining").asInt()).isEqualTo(2);
        assertThat(agent.client()
                        .get("/v1/messages?limit=100")
                        .expect(200)
                        .json()
                        .path("messages"))
                .hasSize(2);
    }

    @Test
    void queuesShouldBeApart() {
        Agent sender = kernel().newAgent();
        Agent one = kernel().newAgent();
        Agent other = kernel().newAgent();
        sender.send(one, "for one").expect(202);
        sender.send(other, "for other").expect(202);
        assertThat(one.takeContents()).containsExactly("for one");
        assertThat(other.takeContents()).containsExactly("for other");
    }
}
