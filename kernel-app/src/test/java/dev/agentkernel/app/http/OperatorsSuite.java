package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators: registration, what they see, and their key. */
abstract class OperatorsSuite extends HttpSuite {

    @Test
    void registrationShouldGiveAnIdAndAKeyOnce() {
        Answer answer = kernel().anyone()
                .post("/v1/operators", Map.of("contact_hash", "79a6123c", "unknown_field", List.of(1, 2)))
                .expect(201);
        assertThat(UUID.fromString(answer.text("operator_id")).version()).isEqualTo(7);
        assertThat(answer.text("api_key")).matches("sk_live_[0-9a-f]{64}");
        assertThat(answer.header("Cache-Control")).contains("no-store");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"contact_hash\":\"\"}",
                "{\"contact_hash\":null}",
                "{\"contact_hash\":7}",
                "{\"contact_hash\":[\"x\"]}",
                "{\"contact_hash\":\"a\\u0000b\"}",
                "{\"contact_hash\":\"\\ud800\"}",
                "{\"contact_hash\":\"x\",\"accept_terms\":false}",
                "{\"contact_hash\":\"x\",\"accept_terms\":null}",
                "{\"contact_hash\":\"x\",\"accept_terms\":\"true\"}",
                "{\"contact_hash\":\"x\",\"accept_terms\":1}"
            })
    void registrationShouldBeRefusedWhenTheBodyIsNotAsTheContractSays(String body) {
        kernel().anyone()
                .header("Content-Type", "application/json")
                .request("POST", "/v1/operators", body.getBytes(StandardCharsets.UTF_8))
                .expectError(400, "bad_request");
    }

    @Test
    void contactHashShouldBeCountedInCharactersUpToItsLimit() {
        kernel().anyone()
                .post("/v1/operators", Map.of("contact_hash", "😀".repeat(1_024)))
                .expect(201);
        kernel().anyone()
                .post("/v1/operators", Map.of("contact_hash", "x".repeat(1_025)))
                .expectError(400, "bad_request");
    }

    @Test
    void termsShouldHaveToBeAcceptedWhereTheInstallationAsksForIt() {
        ContractClient client = narrowKernel().anyoneAt("203.0.113.200");
        assertThat(client.post("/v1/operators", Map.of("contact_hash", "x"))
                        .expectError(400, "bad_request")
                        .text("message"))
                .contains("accept_terms");
        client.post("/v1/operators", Map.of("contact_hash", "x", "accept_terms", true))
                .expect(201);
    }

    @Test
    void operatorShouldSeeItselfAndTheNumberOfItsAgents() {
        Instant before = Instant.now();
        Operator operator = kernel().newOperator();
        Answer fresh = operator.client().get("/v1/operators/me").expect(200);
        assertThat(fresh.text("operator_id")).isEqualTo(operator.id());
        assertThat(fresh.json().path("agent_count").asLong()).isZero();
        assertThat(Instant.parse(fresh.text("created_at")))
                .isBetween(before.minus(Duration.ofSeconds(1)), Instant.now().plus(Duration.ofSeconds(1)));
        operator.newAgent();
        operator.newAgent();
        Answer later = operator.client().get("/v1/operators/me").expect(200);
        assertThat(later.json().path("agent_count").asLong()).isEqualTo(2);
        assertThat(later.text("created_at")).isEqualTo(fresh.text("created_at"));
    }

    @Test
    void agentsOfAnOperatorShouldComeOldestFirstInPages() {
        Operator operator = kernel().newOperator();
        kernel().newAgent();
        List<String> registered = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            registered.add(operator.newAgent().address());
        }
        List<String> listed = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        while (cursor != null) {
            Answer page = operator.client()
                    .get("/v1/operators/me/agents?limit=2&cursor=" + cursor)
                    .expect(200);
            assertThat(page.json().path("total").asLong()).isEqualTo(5);
            listed.addAll(Agent.texts(page.json().path("agents"), "address"));
            cursor = page.json().path("next_cursor").isNull() ? null : page.text("next_cursor");
            pages++;
        }
        assertThat(listed).isEqualTo(registered);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void agentsOfAnOperatorShouldBeNoneWhenItHasNone() {
        Answer page =
                kernel().newOperator().client().get("/v1/operators/me/agents").expect(200);
        assertThat(page.json().path("agents")).isEmpty();
        assertThat(page.json().path("next_cursor").isNull()).isTrue();
        assertThat(page.json().path("total").asLong()).isZero();
    }

    @Test
    void cursorOfAnotherListShouldBeRefused() {
        Agent agent = kernel().newAgent();
        agent.put("cursor-a", "1").expect(200);
        agent.put("cursor-b", "2").expect(200);
        String ofState = agent.client()
                .get("/v1/state?prefix=cursor-&limit=1")
                .expect(200)
                .text("next_cursor");
        Operator operator = kernel().newOperator();
        for (String cursor : List.of(ofState, "x", "%00", "AQ", "AQAAAAAAAAAA-", "-1")) {
            operator.client().get("/v1/operators/me/agents?cursor=" + cursor).expectError(400, "bad_request");
        }
    }

    @Test
    void rotatedKeyShouldBeDeadAtOnceForReadsAndWrites() {
        Operator operator = kernel().newOperator();
        Agent agent = operator.newAgent();
        Answer challenge = operator.challenge();
        Answer rotated = operator.client().post("/v1/operators/me/key").expect(200);
        assertThat(rotated.text("api_key")).matches("sk_live_[0-9a-f]{64}").isNotEqualTo(operator.key());
        assertThat(rotated.header("Cache-Control")).contains("no-store");

        operator.client().get("/v1/operators/me").expectError(401, "unauthorized");
        operator.client().get("/v1/operators/me/agents").expectError(401, "unauthorized");
        operator.client().get("/v1/agents/verification-challenge").expectError(401, "unauthorized");
        operator.client().post("/v1/operators/me/key").expectError(401, "unauthorized");
        operator.register(challenge, "any").expectError(401, "unauthorized");

        ContractClient current = kernel().anyone().as(rotated.text("api_key"));
        assertThat(current.get("/v1/operators/me").expect(200).text("operator_id"))
                .isEqualTo(operator.id());
        new Operator(operator.id(), rotated.text("api_key"), current)
                .register(challenge, "any")
                .expect(201);
        agent.client().get("/v1/agents/me").expect(200);
    }

    @Test
    void rotationShouldTakeABodyOnlyAsJson() {
        Operator operator = kernel().newOperator();
        operator.client()
                .header("Content-Type", "text/plain")
                .request("POST", "/v1/operators/me/key", new byte[] {'x'})
                .expectError(415, "unsupported_media_type");
        operator.client().get("/v1/operators/me").expect(200);
        operator.client().post("/v1/operators/me/key", Map.of()).expect(200);
    }

    @Test
    void tokenOfTheWrongKindShouldBeUnauthorized() {
        Agent agent = kernel().newAgent();
        List<String> wrong = List.of(agent.token(), "sk_live_" + "0".repeat(64), "sk_live_", "", "x y");
        for (String token : wrong) {
            ContractClient client = kernel().anyone().as(token);
            client.get("/v1/operators/me").expectError(401, "unauthorized");
            client.get("/v1/operators/me/agents").expectError(401, "unauthorized");
            client.post("/v1/operators/me/key").expectError(401, "unauthorized");
            client.get("/v1/agents/verification-challenge").expectError(401, "unauthorized");
            client.post("/v1/agents", Map.of()).expectError(401, "unauthorized");
        }
        kernel().anyone().get("/v1/operators/me").expectError(401, "unauthorized");
    }

    @Test
    void keyShouldBeReadInUpperCaseOnlyAsItWasGiven() {
        Operator operator = kernel().newOperator();
        kernel().anyone()
                .as(operator.key().toUpperCase(Locale.ROOT))
                .get("/v1/operators/me")
                .expectError(401, "unauthorized");
        kernel().anyone()
                .header("Authorization", "bEARER " + operator.key())
                .get("/v1/operators/me")
                .expect(200);
    }
}
