package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents: registration, and what an agent sees of itself. */
abstract class AgentsSuite extends HttpSuite {

    @Test
    void registrationShouldGiveAnAddressAndATokenOnce() {
        Operator operator = kernel().newOperator();
        Answer answer = operator.tryNewAgent().expect(201);
        assertThat(answer.text("agent_address")).matches("tab_[a-z0-9]{20}");
        assertThat(answer.text("agent_token")).matches("at_live_[0-9a-f]{64}");
        assertThat(answer.json().has("webhook_secret")).isFalse();
        assertThat(answer.header("Cache-Control")).contains("no-store");
    }

    @Test
    void agentShouldSeeItself() {
        Instant before = Instant.now();
        Operator operator = kernel().newOperator();
        Agent agent = operator.newAgent();
        Answer self = agent.client().get("/v1/agents/me").expect(200);
        assertThat(self.text("address")).isEqualTo(agent.address());
        assertThat(self.text("operator_id")).isEqualTo(operator.id());
        assertThat(self.json().path("webhook_url").isNull()).isTrue();
        assertThat(self.json().path("profile").isNull()).isTrue();
        assertThat(Instant.parse(self.text("registered_at")))
                .isBetween(before.minus(Duration.ofSeconds(1)), Instant.now().plus(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "")
    void webhookShouldBeNoneWhenTheUrlIsNullOrEmpty(String url) {
        Operator operator = kernel().newOperator();
        Answer answer = operator.client()
                .post("/v1/agents", registration(operator.challenge(), url))
                .expect(201);
        assertThat(answer.json().has("webhook_secret")).isFalse();
        Answer self = kernel().anyone()
                .as(answer.text("agent_token"))
                .get("/v1/agents/me")
                .expect(200);
        assertThat(self.json().path("webhook_url").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.org/",
                "ftp://example.org/",
                "//example.org/",
                "example.org",
                "https://",
                "https:///path",
                "https://127.0.0.1/",
                "https://localhost/",
                "https://10.0.0.1/",
                "https://192.168.1.1:8443/",
                "https://169.254.169.254/latest/meta-data",
                "https://[::1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://2130706433/",
                "https://0x7f.1/",
                "https://user:secret@example.org/",
                "https://93.184.215.14:22/",
                "https://does-not-exist.invalid/",
                "https://exa mple.org/",
                "https://example.org/\u0000"
            })
    void webhookShouldBeRefusedAndTheChallengeKeptWhenTheUrlIsNotAllowed(String url) {
        Operator operator = kernel().newOperator();
        Answer challenge = operator.challenge();
        Answer refused = operator.client()
                .post("/v1/agents", registration(challenge, url))
                .expectError(400, "bad_request");
        assertThat(refused.text("message")).contains("webhook_url");
        operator.register(challenge, "any").expect(201);
    }

    private static Map<String, Object> registration(Answer challenge, String url) {
        Map<String, Object> body = new HashMap<>(Collections.singletonMap("webhook_url", url));
        body.put("verification_response", Map.of("challenge_id", challenge.text("challenge_id"), "response", "any"));
        return body;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"verification_response\":null}",
                "{\"verification_response\":\"x\"}",
                "{\"verification_response\":[]}",
                "{\"verification_response\":{}}",
                "{\"verification_response\":{\"response\":\"x\"}}",
                "{\"verification_response\":{\"challenge_id\":\"\"}}",
                "{\"verification_response\":{\"challenge_id\":null}}",
                "{\"verification_response\":{\"challenge_id\":5}}",
                "{\"verification_response\":{\"challenge_id\":\"x\",\"response\":5}}",
                "{\"verification_response\":{\"challenge_id\":\"x\",\"challenge_id\":\"x\"}}",
                "{\"verification_response\":{\"challenge_id\":\"x\"},\"webhook_url\":5}"
            })
    void registrationShouldBeRefusedWhenTheBodyIsNotAsTheContractSays(String body) {
        kernel().newOperator()
                .client()
                .header("Content-Type", "application/json")
                .request("POST", "/v1/agents", body.getBytes(StandardCharsets.UTF_8))
                .expectError(400, "bad_request");
    }

    @Test
    void operatorShouldBeForbiddenToHaveMoreAgentsThanAllowed() {
        Operator operator = narrowKernel().newOperator();
        for (int i = 0; i < 3; i++) {
            operator.newAgent();
        }
        assertThat(operator.tryNewAgent().expectError(403, "forbidden").text("message"))
                .contains("3");
        assertThat(operator.client()
                        .get("/v1/operators/me")
                        .expect(200)
                        .json()
                        .path("agent_count")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void tokenOfTheWrongKindShouldBeUnauthorizedEverywhere() {
        Operator operator = kernel().newOperator();
        Agent agent = operator.newAgent();
        String almost = agent.token().substring(0, agent.token().length() - 1);
        for (String token : List.of(operator.key(), "at_live_" + "0".repeat(64), almost, almost + "g", "Bearer")) {
            requireUnauthorizedEverywhere(kernel().anyone().as(token), agent);
        }
        requireUnauthorizedEverywhere(kernel().anyone(), agent);
        requireUnauthorizedEverywhere(kernel().anyone().header("Authorization", "Basic " + agent.token()), agent);
        requireUnauthorizedEverywhere(kernel().anyone().header("Authorization", agent.token()), agent);
    }

    private static void requireUnauthorizedEverywhere(ContractClient client, Agent agent) {
        for (String target : List.of(
                "/v1/agents/me",
                "/v1/registry",
                "/v1/registry/" + agent.address(),
                "/v1/messages",
                "/v1/state",
                "/v1/state/_capacity",
                "/v1/state/key")) {
            client.get(target).expectError(401, "unauthorized");
        }
        client.post("/v1/messages", Map.of()).expectError(401, "unauthorized");
        client.put("/v1/state/key", Map.of()).expectError(401, "unauthorized");
        client.delete("/v1/state/key").expectError(401, "unauthorized");
    }

    @Test
    void tokenInTheQueryShouldNotCount() {
        Agent agent = kernel().newAgent();
        kernel().anyone()
                .get("/v1/agents/me?access_token=" + agent.token() + "&authorization=Bearer%20" + agent.token())
                .expectError(401, "unauthorized");
    }
}
