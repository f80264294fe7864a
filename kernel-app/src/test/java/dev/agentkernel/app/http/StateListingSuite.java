package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing the keys of the shared state. */
abstract class StateListingSuite extends HttpSuite {

    private static final Comparator<String> BYTE_ORDER = (one, other) ->
            Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

    @Test
    void keysShouldComeInTheByteOrderOfTheirUtf8() {
        Agent agent = kernel().newAgent();
        // UTF-16, collations and code points disagree about these.
        List<String> keys = List.of(
                "order/\uFFFD",
                "order/\uD83D\uDE00",
                "order/\uE000",
                "order/z",
                "order/a",
                "order/Z",
                "order/A",
                "order/é",
                "order/e\u0301",
                "order/ß",
                "order/ss",
                "order/ ",
                "order/~",
                "order/a b",
                "order/a-b",
                "order/ab",
                "order/10",
                "order/9",
                "order//",
                "order/\u0001",
                "order/\u007f",
                "order/\u0130",
                "order/i");
        keys.forEach(key -> agent.put(encoded(key), "x").expect(200));
        assertThat(list(agent, "order/", 1_000))
                .isEqualTo(keys.stream().sorted(BYTE_ORDER).toList());
        assertThat(list(agent, "order/", 2))
                .isEqualTo(keys.stream().sorted(BYTE_ORDER).toList());
    }

    @Test
    void prefixShouldBeLiteral() {
        Agent agent = kernel().newAgent();
        List<String> keys =
                List.of("lit%x", "lit_x", "lit\\x", "litax", "lit*x", "lit?x", "lit.x", "lit'x", "LIT%x", "lít%x");
        keys.forEach(key -> agent.put(encoded(key), "x").expect(200));
        for (String prefix : List.of("lit%", "lit_", "lit\\", "lita", "lit*", "lit?", "lit.", "lit'", "LIT", "lít")) {
            List<String> expected =
                    keys.stream().filter(key -> key.startsWith(prefix)).toList();
            assertThat(expected).hasSize(1);
            assertThat(list(agent, prefix, 1_000)).as(prefix).isEqualTo(expected);
        }
        assertThat(list(agent, "lit\\%", 10)).isEmpty();
        assertThat(list(agent, "%", 10)).isEmpty();
    }

    @Test
    void totalShouldCountAllThatMatchOnEveryPage() {
        Agent agent = kernel().newAgent();
        for (int i = 0; i < 7; i++) {
            agent.put("total/" + i, "x").expect(200);
        }
        agent.put("totals", "x").expect(200);
        Answer page = agent.client().get("/v1/state?prefix=total%2F&limit=3").expect(200);
        assertThat(page.json().path("keys")).hasSize(3);
        assertThat(page.json().path("total").asInt()).isEqualTo(7);
        Answer last = agent.client()
                .get("/v1/state?prefix=total/&limit=4&cursor=" + page.text("next_cursor"))
                .expect(200);
        assertThat(Agent.texts(last.json().path("keys"))).containsExactly("total/3", "total/4", "total/5", "total/6");
        assertThat(last.json().path("next_cursor").isNull()).isTrue();
        assertThat(last.json().path("total").asInt()).isEqualTo(7);
    }

    @Test
    void pagesShouldGoOnWhereTheyWereAlthoughKeysComeAndGo() {
        Agent agent = kernel().newAgent();
        for (String key : List.of("b", "d", "f", "h")) {
            agent.put("moving/" + key, "x").expect(200);
        }
        Answer first = agent.client().get("/v1/state?prefix=moving/&limit=2").expect(200);
        assertThat(Agent.texts(first.json().path("keys"))).containsExactly("moving/b", "moving/d");
        agent.put("moving/a", "x").expect(200);
        agent.put("moving/e", "x").expect(200);
        agent.delete("moving/d").expect(200);
        Answer second = agent.client()
                .get("/v1/state?prefix=moving/&limit=10&cursor=" + first.text("next_cursor"))
                .expect(200);
        assertThat(Agent.texts(second.json().path("keys"))).containsExactly("moving/e", "moving/f", "moving/h");
    }

    @Test
    void everyKeyShouldBeListedWithoutAPrefix() {
        Agent agent = kernel().newAgent();
        agent.put("everything", "x").expect(200);
        List<String> all = list(agent, "", 17);
        assertThat(all).contains("everything").doesNotHaveDuplicates().isSortedAccordingTo(BYTE_ORDER);
        Answer page = agent.client().get("/v1/state?limit=1").expect(200);
        assertThat(page.json().path("total").asInt()).isEqualTo(all.size());
        assertThat(agent.client()
                        .get("/v1/state/_capacity")
                        .expect(200)
                        .json()
                        .path("key_count")
                        .asInt())
                .isEqualTo(all.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%25", "AQAAAAAAAAAAAQ", "Ag==", "Ag", "Av8", "AsOp%20", "null"})
    void cursorShouldBeRefusedWhenItIsNoneOfThisList(String cursor) {
        kernel().newAgent().client().get("/v1/state?cursor=" + cursor).expectError(400, "bad_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefix=%FF", "prefix=%", "prefix=%00", "prefix=a%zz", "prefix=%ED%A0%80"})
    void prefixShouldBeRefusedWhenItIsNoText(String query) {
        Agent agent = kernel().newAgent();
        kernel().anyone()
                .raw("GET /v1/state?" + query + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token()
                        + "\r\n\r\n")
                .expectError(400, "bad_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "x", "", "1.0"})
    void limitShouldFallBackToTheDefaultWhenItIsNone(String limit) {
        Agent agent = kernel().newAgent();
        int total =
                agent.client().get("/v1/state").expect(200).json().path("total").asInt();
        assertThat(agent.client()
                        .get("/v1/state?limit=" + limit)
                        .expect(200)
                        .json()
                        .path("keys"))
                .hasSize(Math.min(total, 100));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static List<String> list(Agent agent, String prefix, int limit) {
        List<String> keys = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            Answer page = agent.client()
                    .get("/v1/state?prefix=" + encoded(prefix) + "&limit=" + limit + "&cursor=" + cursor)
                    .expect(200);
            assertThat(page.json().path("keys").size()).isLessThanOrEqualTo(limit);
            keys.addAll(Agent.texts(page.json().path("keys")));
            cursor = page.json().path("next_cursor").isNull() ? null : page.text("next_cursor");
        }
        return keys;
    }
}
