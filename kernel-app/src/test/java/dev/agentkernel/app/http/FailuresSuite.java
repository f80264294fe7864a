package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What clients see when the storage is away, full or faulty: never what is inside. */
abstract class FailuresSuite extends HttpSuite {

    private static final String INSIDE = "could not execute SELECT secret FROM credentials at jdbc:h2:/var/lib/kernel";

    @Test
    void faultShouldBeToldByAnIdAloneAndEndWithItself() {
        Calls calls = new Calls(kernel());
        Set<String> details = new HashSet<>();
        kernel().faults()
                .during(
                        new IllegalStateException(INSIDE),
                        () -> calls.all().forEach((name, call) -> {
                            Answer answer = call.get().expectError(500, "internal_error");
                            assertThat(answer.json().toString())
                                    .as(name)
                                    .doesNotContain("SELECT", "jdbc", "IllegalState", "secret");
                            assertThat(answer.text("detail"))
                                    .contains(answer.header("X-Request-Id").orElseThrow());
                            assertThat(details.add(answer.text("detail")))
                                    .as("an id of its own")
                                    .isTrue();
                        }));
        calls.requireServed();
    }

    @Test
    void storageThatIsAwayShouldBeUnavailableAndComeBack() {
        Calls calls = new Calls(kernel());
        StorageException away = new StorageException(Remedy.RETRY, INSIDE, new SQLException(INSIDE));
        kernel().faults()
                .during(
                        away,
                        () -> calls.all().forEach((name, call) -> {
                            Answer answer = call.get().expectError(503, "unavailable");
                            assertThat(answer.json().toString())
                                    .as(name)
                                    .doesNotContain("SELECT", "jdbc", "SQL", "secret");
                            assertThat(Long.parseLong(
                                            answer.header("Retry-After").orElseThrow()))
                                    .isPositive();
                        }));
        calls.requireServed();
    }

    @Test
    void fullDiskShouldRefuseWhatGrows() {
        Calls calls = new Calls(kernel());
        StorageException full = new StorageException(Remedy.FREE_SPACE, INSIDE, new SQLException(INSIDE));
        kernel().faults().during(full, () -> {
            calls.registerOperator().expectError(507, "store_full");
            calls.registerAgent().expectError(507, "store_full");
            calls.rotateKey().expectError(507, "store_full");
            calls.setWebhook().expectError(507, "store_full");
            calls.setProfile().expectError(507, "store_full");
            calls.send().expectError(507, "store_full");
            calls.write().expectError(507, "store_full");
        });
        calls.requireServed();
    }

    @Test
    void healthShouldBeAnsweredWithoutTheStorage() {
        kernel().faults()
                .during(
                        new IllegalStateException(INSIDE),
                        () -> kernel().anyone().get("/v1/health").expect(200));
    }

    /** One call of each operation that needs the storage, by callers that are known already. */
    private static final class Calls {

        private static final Map<String, List<UUID>> SOME_MESSAGE = Map.of("message_ids", List.of(new UUID(1, 1)));

        private final RunningKernel kernel;
        private final Operator operator;
        private final Agent agent;
        private final Answer challenge;

        Calls(RunningKernel kernel) {
            this.kernel = kernel;
            this.operator = kernel.newOperator();
            this.agent = operator.newAgent();
            this.challenge = operator.challenge();
            operator.client().get("/v1/operators/me").expect(200);
            agent.send(agent, "waiting").expect(202);
            agent.put("failing", "before").expect(200);
        }

        Map<String, Supplier<Answer>> all() {
            ContractClient ofOperator = operator.client();
            ContractClient ofAgent = agent.client();
            Map<String, Supplier<Answer>> calls = new LinkedHashMap<>();
            calls.put("registerOperator", this::registerOperator);
            calls.put("getOperator", () -> ofOperator.get("/v1/operators/me"));
            calls.put("listOperatorAgents", () -> ofOperator.get("/v1/operators/me/agents"));
            calls.put("rotateOperatorKey", this::rotateKey);
            calls.put("registerAgent", this::registerAgent);
            calls.put("getAgent", () -> ofAgent.get("/v1/agents/me"));
            calls.put("rotateAgentToken", () -> ofAgent.post("/v1/agents/me/token"));
            calls.put("getWebhook", () -> ofAgent.get("/v1/agents/me/webhook"));
            calls.put("testWebhook", () -> ofAgent.post("/v1/agents/me/webhook/test"));
            calls.put("setWebhook", this::setWebhook);
            calls.put("removeWebhook", () -> ofAgent.delete("/v1/agents/me/webhook"));
            calls.put("deregisterAgent", () -> ofOperator.delete("/v1/agents/" + agent.address()));
            ContractClient ofAdmin = kernel.anyone().as(KernelSetup.ADMIN_TOKEN);
            calls.put(
                    "removeContent",
                    () -> ofAdmin.post("/admin/remove", Map.of("type", "state", "key", "k", "reason", "r")));
            calls.put("listRemovals", () -> ofAdmin.get("/admin/removals"));
            calls.put("listTransparency", () -> kernel.anyone().get("/observe/transparency"));
            calls.put("streamEvents", () -> kernel.anyone().get("/observe/events/stream"));
            calls.put("listWebhookHealth", () -> kernel.anyone().get("/observe/webhooks"));
            calls.put("setProfile", this::setProfile);
            calls.put("listBlocks", () -> ofAgent.get("/v1/agents/me/blocks"));
            calls.put(
                    "blockAgent", () -> ofAgent.request("PUT", "/v1/agents/me/blocks/tab_aaaaaaaaaaaaaaaaaaaa", null));
            calls.put("unblockAgent", () -> ofAgent.delete("/v1/agents/me/blocks/tab_aaaaaaaaaaaaaaaaaaaa"));
            calls.put("listRegistry", () -> ofAgent.get("/v1/registry"));
            calls.put("getRegistryEntry", () -> ofAgent.get("/v1/registry/" + agent.address()));
            calls.put("sendMessage", this::send);
            calls.put("takeMessages", () -> ofAgent.get("/v1/messages"));
            for (String ending : List.of("ack", "nack", "extend")) {
                calls.put(ending, () -> ofAgent.post("/v1/messages/" + ending, SOME_MESSAGE));
            }
            String letter = "/v1/messages/dead/" + new UUID(1, 1);
            calls.put("listDeadLetters", () -> ofAgent.get("/v1/messages/dead"));
            calls.put("requeueDeadLetter", () -> ofAgent.post(letter + "/requeue"));
            calls.put("deleteDeadLetter", () -> ofAgent.delete(letter));
            calls.put("listStateKeys", () -> ofAgent.get("/v1/state"));
            calls.put("getStateCapacity", () -> ofAgent.get("/v1/state/_capacity"));
            calls.put("getState", () -> agent.read("failing"));
            calls.put("putState", this::write);
            calls.put("deleteState", () -> agent.delete("failing"));
            for (String path : List.of(
                    "/events", "/agents", "/agents/" + agent.address(), "/network", "/state", "/state/x", "/health")) {
                calls.put("observe" + path, () -> kernel.anyone().get("/observe" + path));
            }
            calls.put(
                    "unknown token",
                    () -> kernel.anyone().as("at_live_" + "e".repeat(64)).get("/v1/agents/me"));
            calls.put(
                    "unknown key",
                    () -> kernel.anyone().as("sk_live_" + "e".repeat(64)).get("/v1/agents/verification-challenge"));
            return calls;
        }

        Answer registerOperator() {
            return kernel.anyone().post("/v1/operators", Map.of("contact_hash", "x"));
        }

        Answer registerAgent() {
            return operator.register(challenge, "any");
        }

        Answer rotateKey() {
            return operator.client().post("/v1/operators/me/key");
        }

        Answer setWebhook() {
            return agent.client().put("/v1/agents/me/webhook", Map.of("webhook_url", "https://93.184.215.14/"));
        }

        Answer setProfile() {
            return agent.client().put("/v1/agents/me/profile", Map.of("name", "x"));
        }

        Answer send() {
            return agent.send(agent, "second", "failing");
        }

        Answer write() {
            return agent.put("failing", "after");
        }

        /** Nothing of what failed was done, and everything works again. */
        void requireServed() {
            assertThat(agent.read("failing").expect(200).text("value")).isEqualTo("before");
            send().expect(202);
            assertThat(agent.takeContents()).containsExactly("waiting", "second");
            operator.register(challenge, "any").expect(201);
            assertThat(operator.client()
                            .get("/v1/operators/me")
                            .expect(200)
                            .json()
                            .path("agent_count")
                            .asInt())
                    .isEqualTo(2);
            agent.delete("failing").expect(200);
        }
    }
}
