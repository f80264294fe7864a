package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rate limits with their default numbers. */
abstract class RateLimitsSuite extends HttpSuite {

    private static final int REGISTRATIONS_MAX = 5;

    /** Each request of a category in turn draws from its one budget, the refused ones (404, 400) too. */
    @ParameterizedTest
    @CsvSource({
        "message-send, 60, POST /v1/messages",
        "message-receive, 300, GET /v1/messages?limit=1",
        "state-read, 300, GET /v1/state/absent;GET /v1/state?limit=1;GET /v1/state/_capacity",
        "state-write, 60, PUT /v1/state/_capacity;DELETE /v1/state/absent",
        "registry-read, 30, GET /v1/agents/me;GET /v1/registry/tab_aaaaaaaaaaaaaaaaaaaa;GET /v1/registry"
    })
    void budgetShouldBeSpentAtOnceAndThenRefuse(String category, int limit, String inTurn) {
        Agent agent = narrowKernel().newAgent();
        String[] requests = inTurn.split(";");
        long started = System.nanoTime();
        int allowed = 0;
        Answer answer = call(agent.client(), requests[0]);
        while (answer.status() != 429 && allowed < 3 * limit) {
            requireHeaders(answer, category, limit);
            assertThat(remaining(answer)).isGreaterThanOrEqualTo(limit - allowed - 1);
            allowed++;
            answer = call(agent.client(), requests[allowed % requests.length]);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        // What flowed back meanwhile may be spent as well.
        assertThat(allowed).isBetween(limit, limit + (int) Math.ceil(seconds * limit / 60));
        requireRefusal(answer, category, limit);
        for (String request : requests) {
            requireRefusal(untilRefused(agent, request, limit), category, limit);
        }
        requireOthersUntouched(agent, category);
    }

    private static Answer untilRefused(Agent agent, String request, int limit) {
        Answer answer = call(agent.client(), request);
        for (int i = 0; i < limit && answer.status() != 429; i++) {
            answer = call(agent.client(), request);
        }
        return answer;
    }

    private static void requireRefusal(Answer answer, String category, int limit) {
        answer.expectError(429, "rate_limited");
        requireHeaders(answer, category, limit);
        assertThat(remaining(answer)).isZero();
        assertThat(Long.parseLong(answer.header("Retry-After").orElseThrow()))
                .isBetween(1L, (long) Math.ceil(60.0 / limit));
        assertThat(reset(answer) - Instant.now().getEpochSecond()).isBetween(50L, 62L);
    }

    private static Answer call(ContractClient client, String request) {
        String[] parts = request.split(" ");
        return switch (parts[0]) {
            case "POST" -> client.post(parts[1], Map.of("to", "nobody", "content", "x"));
            case "PUT" -> client.put(parts[1], Map.of("value", "x"));
            case "DELETE" -> client.delete(parts[1]);
            default -> client.get(parts[1]);
        };
    }

    private void requireOthersUntouched(Agent agent, String spent) {
        Map<String, String> others = Map.of(
                "message-send", "POST /v1/messages",
                "message-receive", "GET /v1/messages",
                "state-read", "GET /v1/state/_capacity",
                "state-write", "DELETE /v1/state/absent",
                "registry-read", "GET /v1/registry?limit=1");
        others.entrySet().stream()
                .filter(each -> !each.getKey().equals(spent))
                .forEach(
                        each -> assertThat(call(agent.client(), each.getValue()).status())
                                .isNotEqualTo(429));
        Agent other = narrowKernel().newAgent();
        assertThat(call(other.client(), others.get(spent)).status()).isNotEqualTo(429);
    }

    private static void requireHeaders(Answer answer, String category, int limit) {
        assertThat(answer.header("X-RateLimit-Limit")).contains(Integer.toString(limit));
        assertThat(answer.header("RateLimit-Policy").orElseThrow())
                .isEqualTo("\"" + category + "\";q=" + limit + ";w="
                        + (category.equals("operator-registration") ? 3_600 : 60));
        assertThat(answer.header("RateLimit").orElseThrow())
                .startsWith("\"" + category + "\";r=" + remaining(answer) + ";t=");
        assertThat(reset(answer)).isGreaterThanOrEqualTo(Instant.now().getEpochSecond() - 1);
    }

    private static long remaining(Answer answer) {
        return Long.parseLong(answer.header("X-RateLimit-Remaining").orElseThrow());
    }

    private static long reset(Answer answer) {
        return Long.parseLong(answer.header("X-RateLimit-Reset").orElseThrow());
    }

    @Test
    void operatorsShouldBeCountedPerAddressAndBeforeAnythingIsValidated() {
        ContractClient client = narrowKernel().anyoneAt("203.0.113.7");
        ContractClient text = client.header("Content-Type", "text/plain");
        Map<String, Object> good = Map.of("contact_hash", "x", "accept_terms", true);
        requireRemaining(client.post("/v1/operators", good).expect(201), 4);
        requireRemaining(client.post("/v1/operators", Map.of()).expectError(400, "bad_request"), 3);
        requireRemaining(
                text.request("POST", "/v1/operators", new byte[] {'{'}).expectError(415, "unsupported_media_type"), 2);
        requireRemaining(
                client.header("Content-Type", "application/json")
                        .request("POST", "/v1/operators", new byte[(2 << 20) + 1])
                        .expectError(413, "value_too_large"),
                1);
        requireRemaining(client.post("/v1/operators", good).expect(201), 0);
        Answer refused = client.post("/v1/operators", good).expectError(429, "rate_limited");
        requireHeaders(refused, "operator-registration", REGISTRATIONS_MAX);
        assertThat(Long.parseLong(refused.header("Retry-After").orElseThrow())).isBetween(600L, 720L);
        // The limit comes before the content type and the body.
        text.request("POST", "/v1/operators", new byte[] {'{'}).expectError(429, "rate_limited");
        narrowKernel().anyoneAt("203.0.113.8").post("/v1/operators", good).expect(201);
    }

    private static void requireRemaining(Answer answer, long expected) {
        requireHeaders(answer, "operator-registration", REGISTRATIONS_MAX);
        assertThat(remaining(answer)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "198.51.100.1",
                "198.51.100.1:4711",
                "6.6.6.6, 198.51.100.1",
                "forged, 198.51.100.1",
                "6.6.6.6,198.51.100.1 , 127.0.0.1",
                "::ffff:198.51.100.1"
            })
    void clientShouldBeTheLastAddressThatNoTrustedProxyHas(String forwarded) {
        requireSameBudget("198.51.100.1", forwarded);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8:7:7::2", "2001:DB8:7:7:ffff::1", "[2001:db8:7:7::3]:4711"})
    void clientOfTheNewInternetShouldBeItsNetwork(String forwarded) {
        requireSameBudget("2001:db8:7:7::1", forwarded);
    }

    /** Both draw from one budget, in whatever order the tests run. */
    private void requireSameBudget(String one, String other) {
        long before = remaining(tryRegistration(() -> narrowKernel().anyoneAt(one)));
        Answer answer = tryRegistration(() -> narrowKernel().anyoneAt(other));
        if (before == 0) {
            answer.expectError(429, "rate_limited");
        } else {
            assertThat(remaining(answer)).isEqualTo(before - 1);
        }
    }

    private static Answer tryRegistration(Supplier<ContractClient> client) {
        return client.get().post("/v1/operators", Map.of());
    }

    @Test
    void forwardedAddressShouldNotCountWhenThePeerIsNotTrusted() {
        long first = remaining(tryRegistration(() -> kernel().anyoneAt("203.0.113.1")));
        long second = remaining(tryRegistration(() -> kernel().anyoneAt("203.0.113.2")));
        long third = remaining(tryRegistration(() -> kernel().anyoneAt("203.0.113.3")));
        // One address each would have left 999 every time.
        assertThat(third).isLessThan(999).isLessThanOrEqualTo(first);
        assertThat(second).isLessThan(999);
    }

    @Test
    void unlimitedOperationsShouldNotBeLimited() {
        Operator operator = narrowKernel().newOperator();
        for (int i = 0; i < 70; i++) {
            operator.challenge();
            operator.client().get("/v1/operators/me").expect(200);
            operator.client().post("/v1/agents", Map.of()).expectError(400, "bad_request");
            narrowKernel().anyone().get("/v1/health").expect(200);
        }
    }

    @Test
    void unknownCallersShouldDrawFromNoBudget() {
        Agent agent = narrowKernel().newAgent();
        for (int i = 0; i < 70; i++) {
            narrowKernel()
                    .anyone()
                    .as("at_live_" + "0".repeat(64))
                    .delete("/v1/state/x")
                    .expectError(401, "unauthorized");
        }
        assertThat(remaining(agent.delete("absent").expectError(404, "not_found")))
                .isEqualTo(59);
    }
}
