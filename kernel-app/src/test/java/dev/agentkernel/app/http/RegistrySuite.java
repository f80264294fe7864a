package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The registry, in which agents find each other. */
abstract class RegistrySuite extends HttpSuite {

    @Test
    void registryShouldListEveryAgentOldestFirst() {
        Agent first = kernel().newAgent();
        Agent second = kernel().newAgent();
        Answer page = first.client().get("/v1/registry?limit=1000").expect(200);
        List<String> addresses = Agent.texts(page.json().path("agents"), "address");
        assertThat(addresses).containsSubsequence(first.address(), second.address());
        assertThat(addresses)
                .doesNotHaveDuplicates()
                .hasSize(page.json().path("total").asInt());
        assertThat(page.json().path("next_cursor").isNull()).isTrue();
        List<Instant> times = new ArrayList<>();
        page.json()
                .path("agents")
                .forEach(entry ->
                        times.add(Instant.parse(entry.path("registered_at").asString())));
        assertThat(times).isSorted();
        JsonNode self = first.client().get("/v1/agents/me").expect(200).json();
        assertThat(Agent.texts(page.json().path("agents"), "registered_at"))
                .contains(self.path("registered_at").asString());
    }

    @Test
    void entryShouldBeFoundByItsAddress() {
        Agent agent = kernel().newAgent();
        Answer entry = kernel().newAgent()
                .client()
                .get("/v1/registry/" + agent.address())
                .expect(200);
        assertThat(entry.text("address")).isEqualTo(agent.address());
        assertThat(entry.text("registered_at"))
                .isEqualTo(agent.client().get("/v1/agents/me").expect(200).text("registered_at"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tab_aaaaaaaaaaaaaaaaaaaa", "tab_", "x", "TAB_AAAAAAAAAAAAAAAAAAAA", "%25", "me", "%F0%9F%98%80"
            })
    void entryShouldNotBeFoundWhenNobodyHasTheAddress(String address) {
        kernel().newAgent().client().get("/v1/registry/" + address).expectError(404, "not_found");
    }

    @Test
    void pagesShouldNeitherSkipNorRepeatWhileOthersRegister() throws Exception {
        Agent reader = kernel().newAgent();
        for (int i = 0; i < 10; i++) {
            kernel().newAgent();
        }
        List<String> before = all(reader, 1_000);
        Operator busy = kernel().newOperator();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Integer> registrations = CompletableFuture.supplyAsync(() -> {
            int count = 0;
            while (!enough.get() && count < 200) {
                busy.newAgent();
                count++;
            }
            return count;
        });
        try {
            List<String> listed = all(reader, 3);
            assertThat(listed).doesNotHaveDuplicates();
            assertThat(listed.subList(0, before.size())).isEqualTo(before);
        } finally {
            enough.set(true);
        }
        assertThat(registrations.get()).isPositive();
        List<String> after = all(reader, 7);
        assertThat(after).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(before.size() + registrations.get());
    }

    private static List<String> all(Agent reader, int limit) {
        List<String> addresses = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            JsonNode page = reader.client()
                    .get("/v1/registry?limit=" + limit + "&cursor=" + cursor)
                    .expect(200)
                    .json();
            assertThat(page.path("agents").size()).isLessThanOrEqualTo(limit);
            addresses.addAll(Agent.texts(page.path("agents"), "address"));
            cursor = page.path("next_cursor").isNull()
                    ? null
                    : page.path("next_cursor").asString();
        }
        return addresses;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-1", "1001", "abc", "", "1.5", "99999999999999999999", "%00", "%FF", "1%20", "0x10", "%"})
    void limitShouldFallBackToTheDefaultWhenItIsNone(String limit) {
        Agent agent = kernel().newAgent();
        int total = agent.client()
                .get("/v1/registry?limit=1")
                .expect(200)
                .json()
                .path("total")
                .asInt();
        Answer page = agent.client()
                .raw("GET /v1/registry?limit=" + limit + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                        + agent.token() + "\r\n\r\n");
        assertThat(page.expect(200).json().path("agents").size()).isEqualTo(Math.min(total, 100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%25", "AQ==", "AQAAAAAAAAAAAA", "Av8", "%C3", "MTA0Mg", "%F0%9F%98%80", "null"})
    void cursorShouldBeRefusedWhenItIsNoneOfTheRegistry(String cursor) {
        kernel().newAgent().client().get("/v1/registry?cursor=" + cursor).expectError(400, "bad_request");
    }

    @Test
    void cursorShouldBeRefusedWhenItIsTooLong() {
        kernel().newAgent()
                .client()
                .get("/v1/registry?cursor=" + "A".repeat(4_000))
                .expectError(400, "bad_request");
    }

    @Test
    void listOfAFullRegistryShouldEndWithoutACursorExactlyAtTheLimit() {
        Operator operator = kernel().newOperator();
        operator.newAgent();
        operator.newAgent();
        Answer exact = operator.client().get("/v1/operators/me/agents?limit=2").expect(200);
        assertThat(exact.json().path("agents")).hasSize(2);
        assertThat(exact.json().path("next_cursor").isNull()).isTrue();
    }
}
