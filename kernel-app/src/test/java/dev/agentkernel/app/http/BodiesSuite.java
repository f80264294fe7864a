package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import dev.agentkernel.app.contract.Conversation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile and odd bodies, and how much of them is read. */
abstract class BodiesSuite extends HttpSuite {

    private static final int BODY_BYTES_MAX = 2 << 20;
    private static final String GOOD = "{\"value\":\"x\"}";

    /** Bodies as bytes, one character each. */
    static List<String> notStrictJson() {
        return List.of(
                "",
                " ",
                "\0",
                "null",
                "true",
                "5",
                "\"value\"",
                "[]",
                "[" + GOOD + "]",
                "{",
                "}",
                "{\"value\":\"x\"",
                "{\"value\":\"x\"}}",
                GOOD + GOOD,
                GOOD + " x",
                GOOD + "\0",
                GOOD + ",",
                "\u00ef\u00bb\u00bf" + GOOD,
                "\u00fe\u00ff\0{\0}",
                "{\0\"\0v\0\"\0:\0\"\0x\0\"\0}\0",
                "\0{\0\"\0v\0\"\0:\0\"\0x\0\"\0}",
                "{'value':'x'}",
                "{value:\"x\"}",
                "{\"value\":\"x\",}",
                "{\"value\":\"x\" \"y\":1}",
                "{\"value\":\"a\nb\"}",
                "{\"value\":\"a\0b\"}",
                "{\"value\":\"\\x41\"}",
                "{\"value\":\"\\u12\"}",
                "{\"value\":\"x\"}//comment",
                "/**/" + GOOD,
                "{\"value\":NaN}",
                "{\"value\":\"x\",\"y\":01}",
                "{\"value\":\"x\",\"y\":+1}",
                "{\"value\":\"x\",\"y\":.5}",
                "{\"value\":\"x\",\"y\":Infinity}",
                "{\"value\":\"x\",\"y\":undefined}",
                "{\"value\":\"x\",\"y\":{\"a\":1,\"a\":2}}",
                "{\"value\":\"x\",\"\\u0076alue\":\"y\"}",
                "{\"value\":\"x\",\"y\":" + "[".repeat(100_000),
                "{\"value\":\"x\",\"y\":" + "[".repeat(40) + "]".repeat(40) + "}",
                "{\"value\":\"x\",\"y\":" + "{\"a\":".repeat(40) + "1" + "}".repeat(40) + "}",
                "{\"value\":\"x\",\"y\":" + "9".repeat(100_000) + "}",
                "{\"value\":\"x\",\"" + "n".repeat(100_000) + "\":1}",
                "{\"value\":\"\u00ff\"}",
                "{\"value\":\"\u00c3\"}",
                "{\"value\":\"\u00c0\u00af\"}",
                "{\"value\":\"\u00ed\u00a0\u0080\"}",
                "{\"value\":\"\u00ed\u00a0\u00bd\u00ed\u00b8\u0080\"}",
                "{\"value\":\"\u00f4\u0090\u0080\u0080\"}",
                "{\"value\":\"\u00e2\u0082\"}",
                "{\"\u00ff\":1,\"value\":\"x\"}",
                "{\"value\":\"x\"}\u00ff",
                "{\"value\":\"\\ud83d\"}",
                "{\"value\":\"\\ude00\\ud83d\"}",
                "{\"value\":\"\\ud83dx\\ude00\"}");
    }

    @ParameterizedTest
    @MethodSource("notStrictJson")
    void bodyShouldBeRefusedWhenItIsNoStrictJsonObject(String body) {
        Agent agent = kernel().newAgent();
        assertThat(put(agent, body).expectError(400, "bad_request").text("message"))
                .doesNotContain("Jackson", "JsonParser", "StreamReadConstraints")
                .hasSizeLessThan(500);
        agent.read("body").expectError(404, "not_found");
    }

    private Answer put(Agent agent, String body) {
        return agent.client()
                .header("Content-Type", "application/json")
                .request("PUT", "/v1/state/body", body.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " \r\n\t{ \"value\" : \"x\" } \r\n",
                "{\"value\":\"x\",\"y\":[[[{\"deep\":[1,2.5e3,null,true,\"z\"]}]]]}",
                "{\"y\":-0.0e-10,\"value\":\"x\"}",
                "{\"\":1,\"value\":\"x\"}",
                "{\"\\u0076alue\":\"x\"}"
            })
    void bodyShouldBeTakenWhenItIsOddButStrictJson(String body) {
        Agent agent = kernel().newAgent();
        put(agent, body).expect(200);
        assertThat(agent.read("body").expect(200).text("value")).isEqualTo("x");
        agent.delete("body").expect(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json5",
                "application/jsonp",
                "application/vnd.api+json",
                "text/json",
                "application/json, text/plain",
                "*/*",
                "",
                "nonsense"
            })
    void contentTypeShouldBeJson(String type) {
        Agent agent = kernel().newAgent();
        Answer answer = kernel().anyone()
                .raw("PUT /v1/state/type HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token()
                        + "\r\nContent-Type: " + type + "\r\nContent-Length: " + GOOD.length() + "\r\n\r\n" + GOOD);
        answer.expectError(415, "unsupported_media_type");
        agent.client()
                .request("PUT", "/v1/state/type", GOOD.getBytes(StandardCharsets.UTF_8))
                .expectError(415, "unsupported_media_type");
        agent.client().request("PUT", "/v1/state/type", null).expectError(415, "unsupported_media_type");
        agent.read("type").expectError(404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "APPLICATION/Json",
                "application/json; charset=utf-8",
                "application/json;x=\"y\"",
                "application/json; charset=utf-16",
                "application/json;charset=nonsense"
            })
    void contentTypeShouldAllowParameters(String type) {
        Agent agent = kernel().newAgent();
        agent.client()
                .header("Content-Type", type)
                .request(
                        "PUT",
                        "/v1/state/type-" + agent.address(),
                        "{\"value\":\"é\"}".getBytes(StandardCharsets.UTF_8))
                .expect(200);
        assertThat(agent.read("type-" + agent.address()).expect(200).text("value"))
                .isEqualTo("é");
        agent.delete("type-" + agent.address()).expect(200);
    }

    @Test
    void bodyShouldBeLimitedByItsBytesWithADeclaredLengthAndWithout() {
        Agent agent = kernel().newAgent();
        String longest = GOOD + " ".repeat(BODY_BYTES_MAX - GOOD.length());
        put(agent, longest).expect(200);
        put(agent, longest + " ").expectError(413, "value_too_large");
        chunked(agent, longest).expect(200);
        chunked(agent, longest + " ").expectError(413, "value_too_large");
        chunked(agent, " ".repeat(3 * BODY_BYTES_MAX)).expectError(413, "value_too_large");
        agent.delete("body").expect(200);
    }

    @Test
    void bodyShouldBeRefusedByItsDeclaredLengthBeforeItComes() throws IOException {
        Agent agent = kernel().newAgent();
        for (String length : List.of("2097153", "99999999999")) {
            try (Conversation conversation = kernel().anyone().converse()) {
                conversation.send(head(agent) + "Content-Length: " + length + "\r\n\r\n");
                conversation.receive().expectError(413, "value_too_large");
            }
        }
    }

    private Answer chunked(Agent agent, String body) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes((head(agent) + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        for (int from = 0; from < bytes.length; from += 60_000) {
            int size = Math.min(60_000, bytes.length - from);
            request.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            request.write(bytes, from, size);
            request.writeBytes("\r\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        request.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        return kernel().anyone().raw(request.toByteArray());
    }

    @Test
    void everyOperationShouldRefuseABodyThatIsTooLongOrNoJson() {
        Operator operator = kernel().newOperator();
        Agent agent = operator.newAgent();
        byte[] tooLong = new byte[BODY_BYTES_MAX + 1];
        for (String path : List.of("/v1/operators", "/v1/operators/me/key", "/v1/agents", "/v1/messages")) {
            ContractClient client = path.equals("/v1/messages") ? agent.client() : operator.client();
            client.header("Content-Type", "application/json")
                    .request("POST", path, tooLong)
                    .expectError(413, "value_too_large");
            client.header("Content-Type", "text/plain")
                    .request("POST", path, new byte[] {'{', '}'})
                    .expectError(415, "unsupported_media_type");
        }
        operator.client().get("/v1/operators/me").expect(200);
    }

    @Test
    void emptyBodyShouldBeRefusedHoweverItComes() {
        Agent agent = kernel().newAgent();
        kernel().anyone().raw(head(agent) + "Content-Length: 0\r\n\r\n").expectError(400, "bad_request");
        kernel().anyone().raw(head(agent) + "\r\n").expectError(400, "bad_request");
        chunked(agent, "").expectError(400, "bad_request");
    }

    @Test
    void bodyShouldBeRefusedWhenItEndsBeforeItIsComplete() throws IOException {
        Agent agent = kernel().newAgent();
        for (String rest :
                List.of("Content-Length: 100\r\n\r\n" + GOOD, "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"va")) {
            try (Conversation conversation = kernel().anyone().converse()) {
                conversation.send(head(agent) + rest);
                conversation.sendEnd();
                conversation.receive().expectError(400, "bad_request");
            }
        }
        agent.read("body").expectError(404, "not_found");
    }

    @Test
    void slowBodyShouldBeTakenWithoutHoldingUpAnybody() throws IOException {
        Agent agent = kernel().newAgent();
        try (Conversation slow = kernel().anyone().converse()) {
            slow.send(head(agent) + "Content-Length: " + GOOD.length() + "\r\n\r\n");
            for (char character : GOOD.toCharArray()) {
                slow.send(Character.toString(character));
                kernel().anyone().get("/v1/health").expect(200);
            }
            slow.receive().expect(200);
        }
        agent.delete("body").expect(200);
    }

    @Test
    void bodyThatNeverComesShouldBeRefusedAfterAWhile() throws IOException {
        Agent agent = narrowKernel().newAgent();
        try (Conversation stuck = narrowKernel().anyone().converse()) {
            stuck.send(head(agent) + "Content-Length: " + GOOD.length() + "\r\n\r\n{\"val");
            stuck.receive().expectError(400, "bad_request");
            assertThat(stuck.isAtEnd()).isTrue();
        }
        agent.read("body").expectError(404, "not_found");
    }

    @Test
    void clientShouldBeToldToGoOnOnlyWhenItsBodyIsWanted() throws IOException {
        Agent agent = kernel().newAgent();
        String expecting = "Expect: 100-continue\r\nContent-Length: " + GOOD.length() + "\r\n\r\n";
        try (Conversation refused = kernel().anyone().converse()) {
            refused.send(head(agent).replace("at_live_", "at_dead_") + expecting);
            refused.receive().expectError(401, "unauthorized");
        }
        try (Conversation wanted = kernel().anyone().converse()) {
            wanted.send(head(agent) + expecting);
            assertThat(wanted.isToldToGoOn()).isTrue();
            wanted.send(GOOD);
            wanted.receive().expect(200);
        }
        agent.delete("body").expect(200);
    }

    private static String head(Agent agent) {
        return "PUT /v1/state/body HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token()
                + "\r\nContent-Type: application/json\r\n";
    }
}
