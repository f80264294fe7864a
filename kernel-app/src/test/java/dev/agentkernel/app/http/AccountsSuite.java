package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents and operators change of agents that exist: tokens, webhooks, and their end. */
abstract class AccountsSuite extends HttpSuite {

    private static final String PUBLIC_URL = "https://93.184.215.14/inbox";

    private static void requireDead(ContractClient client) {
        client.get("/v1/agents/me").expectError(401, "unauthorized");
        client.get("/v1/messages").expectError(401, "unauthorized");
        client.put("/v1/state/dead", Map.of("value", "v")).expectError(401, "unauthorized");
        client.post("/v1/agents/me/token").expectError(401, "unauthorized");
    }

    @Test
    void tokenShouldBeReplacedAndTheOldOneDieAtOnce() {
        Agent agent = kernel().newAgent();
        agent.put("token-test", "v").expect(200);
        Answer rotated = agent.client().post("/v1/agents/me/token").expect(200);
        assertThat(rotated.header("Cache-Control")).contains("no-store");
        String token = rotated.text("agent_token");
        assertThat(token).matches("at_live_[0-9a-f]{64}").isNotEqualTo(agent.token());
        requireDead(agent.client());
        assertThat(agent.client().as(token).get("/v1/agents/me").expect(200).text("address"))
                .isEqualTo(agent.address());
    }

    @Test
    void deregisteredAgentShouldBeGoneEverywhereAtOnce() {
        Operator operator = kernel().newOperator();
        Agent stays = operator.newAgent();
        Agent goes = operator.newAgent();
        stays.send(goes, "dropped").expect(202);
        goes.send(stays, "stays").expect(202);
        goes.put("left/behind", "stays").expect(200);

        operator.client().delete("/v1/agents/" + goes.address()).expect(204);

        requireDead(goes.client());
        stays.send(goes, "late").expectError(404, "not_found");
        stays.client().get("/v1/registry/" + goes.address()).expectError(404, "not_found");
        operator.client().delete("/v1/agents/" + goes.address()).expectError(404, "not_found");
        Answer own = operator.client().get("/v1/operators/me/agents").expect(200);
        assertThat(Agent.texts(own.json().path("agents"), "address")).containsExactly(stays.address());
        assertThat(own.json().path("total").asInt()).isEqualTo(1);
        assertThat(stays.takeContents()).containsExactly("stays");
        assertThat(stays.read("left/behind").expect(200).text("last_modified_by"))
                .isEqualTo(goes.address());
    }

    @Test
    void nobodyButItsOperatorShouldDeregisterAnAgent() {
        Agent agent = kernel().newAgent();
        String target = "/v1/agents/" + agent.address();
        kernel().newOperator().client().delete(target).expectError(404, "not_found");
        kernel().newOperator().client().delete("/v1/agents/tab_nobody").expectError(404, "not_found");
        agent.client().delete(target).expectError(401, "unauthorized");
        kernel().anyone().delete(target).expectError(401, "unauthorized");
        agent.client().delete("/v1/agents/me").expectError(405, "method_not_allowed");
        agent.client().get("/v1/agents/me").expect(200);
    }

    @Test
    void webhookShouldBeSetShownReplacedAndTurnedOff() {
        Agent agent = kernel().newAgent();
        agent.client().get("/v1/agents/me/webhook").expectError(404, "not_found");
        Answer set = setWebhook(agent, PUBLIC_URL).expect(200);
        assertThat(set.header("Cache-Control")).contains("no-store");
        assertThat(set.text("webhook_url")).isEqualTo(PUBLIC_URL);
        assertThat(agent.client().get("/v1/agents/me").expect(200).text("webhook_url"))
                .isEqualTo(PUBLIC_URL);
        Answer shown = agent.client().get("/v1/agents/me/webhook").expect(200);
        assertThat(shown.json().path("secret_version").asInt()).isEqualTo(1);
        assertThat(shown.json().path("secret_rotated_at").isNull()).isTrue();

        Answer again = setWebhook(agent, PUBLIC_URL).expect(200);
        assertThat(again.text("webhook_secret")).isNotEqualTo(set.text("webhook_secret"));
        shown = agent.client().get("/v1/agents/me/webhook").expect(200);
        assertThat(shown.json().path("secret_version").asInt()).isEqualTo(2);
        assertThat(shown.json().path("secret_rotated_at").isString()).isTrue();

        agent.client().delete("/v1/agents/me/webhook").expect(204);
        agent.client().delete("/v1/agents/me/webhook").expect(204);
        agent.client().get("/v1/agents/me/webhook").expectError(404, "not_found");
        assertThat(agent.client()
                        .get("/v1/agents/me")
                        .expect(200)
                        .json()
                        .path("webhook_url")
                        .isNull())
                .isTrue();
    }

    private static Answer setWebhook(Agent agent, String url) {
        return agent.client().put("/v1/agents/me/webhook", Map.of("webhook_url", url));
    }

    @Test
    void registrationWithAWebhookShouldShowItsSecretOnce() {
        Operator operator = kernel().newOperator();
        Answer challenge = operator.challenge();
        Answer registered = operator.client()
                .post(
                        "/v1/agents",
                        Map.of(
                                "webhook_url",
                                PUBLIC_URL,
                                "verification_response",
                                Map.of("challenge_id", challenge.text("challenge_id"), "response", "any")))
                .expect(201);
        assertThat(registered.text("webhook_secret")).startsWith("whsec_");
        Answer shown = operator.client()
                .as(registered.text("agent_token"))
                .get("/v1/agents/me/webhook")
                .expect(200);
        assertThat(shown.json().has("webhook_secret")).isFalse();
        assertThat(shown.json().path("secret_version").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://example.org/", "https://127.0.0.1/", "https://localhost/", "nonsense"})
    void webhookShouldBeRefusedAndTheOldOneStayWhenTheUrlIsNotAllowed(String url) {
        Agent agent = kernel().newAgent();
        setWebhook(agent, PUBLIC_URL).expect(200);
        assertThat(setWebhook(agent, url).expectError(400, "bad_request").text("message"))
                .contains("webhook_url");
        assertThat(agent.client().get("/v1/agents/me/webhook").expect(200).text("webhook_url"))
                .isEqualTo(PUBLIC_URL);
    }

    private static final List<String> OF_AGENT = List.of(
            "POST /v1/agents/me/token",
            "GET /v1/agents/me/webhook",
            "PUT /v1/agents/me/webhook",
            "DELETE /v1/agents/me/webhook",
            "PUT /v1/agents/me/profile",
            "GET /v1/agents/me/blocks",
            "PUT /v1/agents/me/blocks/tab_aaaaaaaaaaaaaaaaaaaa",
            "DELETE /v1/agents/me/blocks/tab_aaaaaaaaaaaaaaaaaaaa");

    private static final String TEST = "POST /v1/agents/me/webhook/test";

    /** Also where no body is needed, one that comes must be what it should be. */
    @Test
    void bodyShouldBeRefusedWhenItIsTooLargeOrNoJson() {
        Operator operator = kernel().newOperator();
        Agent agent = operator.newAgent();
        requireBodyRefused(agent.client(), TEST);
        for (String call : OF_AGENT) {
            if (call.startsWith("P")) {
                requireBodyRefused(agent.client(), call);
            }
        }
        agent.client().get("/v1/agents/me").expect(200);
    }

    private static void requireBodyRefused(ContractClient client, String call) {
        String[] parts = call.split(" ");
        client.header("Content-Type", "text/plain")
                .request(parts[0], parts[1], new byte[] {'x'})
                .expectError(415, "unsupported_media_type");
        client.header("Content-Type", "application/json")
                .request(parts[0], parts[1], new byte[(2 << 20) + 1])
                .expectError(413, "value_too_large");
    }

    @Test
    void accountShouldBeLimitedAsTheRegistryIs() {
        for (String call : OF_AGENT) {
            String[] parts = call.split(" ");
            // With another agent each time: what is let through may end this one's token.
            requireLimited(() -> {
                Agent agent = narrowKernel().newAgent();
                requireLimited(() -> agent.client().get("/v1/agents/me"));
                return agent.client().request(parts[0], parts[1], null);
            });
        }
    }

    @Test
    void nobodyShouldChangeAnAccountWithoutItsToken() {
        kernel().anyone().post("/v1/agents/me/webhook/test").expectError(401, "unauthorized");
        for (String call : OF_AGENT) {
            String[] parts = call.split(" ");
            kernel().anyone().request(parts[0], parts[1], null).expectError(401, "unauthorized");
        }
    }

    @Test
    void webhookBodyShouldBeAsTheContractSays() {
        Agent agent = kernel().newAgent();
        for (Object body : List.of(Map.of(), Map.of("webhook_url", 5), List.of())) {
            agent.client().put("/v1/agents/me/webhook", body).expectError(400, "bad_request");
        }
        agent.client().request("PUT", "/v1/agents/me/webhook", null).expectError(415, "unsupported_media_type");
    }
}
