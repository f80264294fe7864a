package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in the path: the whole rest of it, decoded exactly once. */
abstract class StateKeysSuite extends HttpSuite {

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "plain => plain",
                "a/b/c => a/b/c",
                "a%2Fb => a/b",
                "a%2fb%2F => a/b/",
                "a//b => a//b",
                "/a => /a",
                "a/ => a/",
                "a+b => a+b",
                "a%20b => a b",
                "a%2Bb => a+b",
                "a%252Fb => a%2Fb",
                "a;b=c;d => a;b=c;d",
                "a%3Bb => a;b",
                "a;v=1/b => a;v=1/b",
                "a%3Fb%23c => a?b#c",
                "a%5Cb => a\\b",
                "a%5cb => a\\b",
                "_capacity/x => _capacity/x",
                "_capacit%79x => _capacityx",
                "%5Fcapacity%20 => '_capacity '",
                "...  => ...",
                "a/.../b => a/.../b",
                ".hidden/..b => .hidden/..b",
                "a%2F..%2Fb => a/../b",
                "a%2F.%2Fb => a/./b",
                "%F0%9F%98%80/%C3%A9 => 😀/é",
                "e%CC%81 => e\u0301",
                "%E2%80%A8%EF%BB%BF => \u2028\uFEFF",
                "favicon.ico => favicon.ico",
                "a.json => a.json",
                "a:b@c!$&'()*,= => a:b@c!$&'()*,=",
                "~ => ~",
            },
            quoteCharacter = '`')
    void keyShouldBeTheRestOfThePathDecodedOnce(String rawKey, String quoted) {
        String key = quoted.startsWith("'") && quoted.endsWith("'") ? quoted.substring(1, quoted.length() - 1) : quoted;
        requireKey(rawKey, key);
    }

    @Test
    void keyShouldHoldControlCharactersToo() {
        requireKey("a%0D%0AX-Injected:%20y", "a\r\nX-Injected: y");
        requireKey("%01%09%7F", "\u0001\t\u007f");
    }

    private void requireKey(String rawKey, String key) {
        Agent agent = kernel().newAgent();
        Answer written = raw(agent, "PUT", rawKey, "{\"value\":\"x\"}").expect(200);
        assertThat(written.text("key")).isEqualTo(key);
        assertThat(raw(agent, "GET", rawKey, "").expect(200).text("key")).isEqualTo(key);
        String encoded = URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
        assertThat(agent.read(encoded).expect(200).text("key")).isEqualTo(key);
        assertThat(Agent.texts(agent.client()
                        .get("/v1/state?limit=1&prefix=" + encoded)
                        .expect(200)
                        .json()
                        .path("keys")))
                .containsExactly(key);
        assertThat(raw(agent, "DELETE", rawKey, "").expect(200).text("key")).isEqualTo(key);
        agent.read(encoded).expectError(404, "not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "a/./b",
                "a/../b",
                "a/..",
                "./a",
                "../a",
                "%2e",
                "%2E%2e",
                "a/%2e%2E/b",
                "a/.%2e",
                "%00",
                "a%00b",
                "%",
                "%2",
                "a%zz",
                "%FF",
                "%C3",
                "%C0%AF",
                "%ED%A0%80",
                "%F4%90%80%80",
                "../../operators",
                "../operators"
            })
    void keyShouldBeRefusedWhenItIsNone(String rawKey) {
        Agent agent = kernel().newAgent();
        requireRefused(agent, rawKey, "GET", "");
        requireRefused(agent, rawKey, "PUT", "{\"value\":\"x\"}");
        requireRefused(agent, rawKey, "DELETE", "");
    }

    /** Some of these the server refuses itself, before there is an operation. */
    private void requireRefused(Agent agent, String rawKey, String method, String body) {
        kernel().anyone()
                .rawOrMalformed(request(agent, method, "/v1/state/" + rawKey, body))
                .expectError(400, "bad_request");
    }

    @Test
    void keyShouldBeLimitedByItsBytes() {
        Agent agent = kernel().newAgent();
        for (String unit : List.of("x", "é", "€", "😀")) {
            int bytes = unit.getBytes(StandardCharsets.UTF_8).length;
            String longest = unit.repeat(1_024 / bytes) + "x".repeat(1_024 % bytes);
            String encoded = URLEncoder.encode(longest, StandardCharsets.UTF_8);
            assertThat(agent.put(encoded, "x").expect(200).text("key")).isEqualTo(longest);
            assertThat(agent.read(encoded).expect(200).text("key")).isEqualTo(longest);
            agent.put(encoded + "x", "x").expectError(400, "bad_request");
            agent.read(encoded + "x").expectError(400, "bad_request");
            agent.delete(encoded + "x").expectError(400, "bad_request");
            agent.delete(encoded).expect(200);
        }
    }

    @Test
    void capacityShouldNotBeAKey() {
        Agent agent = kernel().newAgent();
        for (String spelling : List.of("_capacity", "%5Fcapacity", "_capacit%79")) {
            agent.put(spelling, "x").expectError(400, "bad_request");
            agent.delete(spelling).expectError(400, "bad_request");
        }
        assertThat(Agent.texts(agent.client()
                        .get("/v1/state?prefix=_capacity")
                        .expect(200)
                        .json()
                        .path("keys")))
                .doesNotContain("_capacity");
    }

    /** Programs on the way, and the server's own routing, may read these as a path of the state. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1//state/key",
                "//v1/state/key",
                "/v1;x/state/key",
                "/v1/state;x/key",
                "/v1/x/../state/key",
                "/v1/./state/key",
                "/v1/%2e/state/key",
                "/v1/x/%2e%2e/state/key",
                "/v1%2Fstate/key",
                "/v1/state%2Fkey",
                "/V1/state/key",
                "/v1/State/key",
                "/v1/stateful/key"
            })
    void pathThatOnlyLooksLikeOneOfTheStateShouldBeNone(String path) {
        Agent agent = kernel().newAgent();
        agent.put("key", "untouched").expect(200);
        Answer answer = kernel().anyone().raw(request(agent, "PUT", path, "{\"value\":\"touched\"}"));
        assertThat(answer.status()).isIn(400, 404);
        assertThat(agent.read("key").expect(200).text("value")).isEqualTo("untouched");
    }

    private Answer raw(Agent agent, String method, String rawKey, String body) {
        return kernel().anyone().raw(request(agent, method, "/v1/state/" + rawKey, body));
    }

    private static String request(Agent agent, String method, String path, String body) {
        return method + " " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token()
                + (body.isEmpty() ? "" : "\r\nContent-Type: application/json\r\nContent-Length: " + body.length())
                + "\r\n\r\n" + body;
    }
}
