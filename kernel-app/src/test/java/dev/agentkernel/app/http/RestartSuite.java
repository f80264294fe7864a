package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.demo.ChallengeSolver;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Everything that was acknowledged is there after a restart. */
abstract class RestartSuite extends HttpSuite {

    @Test
    void everythingAcknowledgedShouldSurviveARestart() {
        RunningKernel before = kernels().get(KernelSetup.RESTARTED);
        Operator operator = before.newOperator();
        Operator rotating = before.newOperator();
        String current =
                rotating.client().post("/v1/operators/me/key").expect(200).text("api_key");
        Agent sender = operator.newAgent();
        Agent recipient = operator.newAgent();
        Answer used = operator.challenge();
        operator.register(used, ChallengeSolver.solve(used.json())).expect(201);
        Answer open = operator.challenge();

        sender.send(recipient, "taken").expect(202);
        assertThat(recipient.takeContents()).containsExactly("taken");
        Answer first = sender.send(recipient, "first", "key").expect(202);
        sender.send(recipient, "second \u0000😀").expect(202);

        for (int i = 0; i < 100; i++) {
            sender.put("many/" + i, "value " + i).expect(200);
        }
        sender.delete("many/7").expect(200);
        String tag = sender.put("many/8", "é\u0000").expect(200).header("ETag").orElseThrow();
        JsonNode capacity =
                sender.client().get("/v1/state/_capacity").expect(200).json();
        JsonNode registry = sender.client().get("/v1/registry").expect(200).json();
        JsonNode self = operator.client().get("/v1/operators/me").expect(200).json();

        RunningKernel after = kernels().restart(KernelSetup.RESTARTED);
        requireTokens(after, operator, rotating, current);
        Agent senderNow = after.again(sender);
        Agent recipientNow = after.again(recipient);
        Operator operatorNow = after.again(operator);

        assertThat(operatorNow.client().get("/v1/operators/me").expect(200).json())
                .isEqualTo(self);
        assertThat(senderNow.client().get("/v1/registry").expect(200).json()).isEqualTo(registry);
        assertThat(senderNow.client().get("/v1/state/_capacity").expect(200).json())
                .isEqualTo(capacity);
        requireState(senderNow, tag);
        requireMessages(senderNow, recipientNow, first);

        operatorNow.register(used, ChallengeSolver.solve(used.json())).expectError(403, "verification_failed");
        operatorNow.register(open, ChallengeSolver.solve(open.json())).expect(201);
    }

    private static void requireTokens(RunningKernel after, Operator operator, Operator rotating, String current) {
        after.again(operator).client().get("/v1/operators/me").expect(200);
        after.again(rotating).client().get("/v1/operators/me").expectError(401, "unauthorized");
        assertThat(after.anyone()
                        .as(current)
                        .get("/v1/operators/me")
                        .expect(200)
                        .text("operator_id"))
                .isEqualTo(rotating.id());
    }

    private static void requireState(Agent agent, String tag) {
        agent.read("many/7").expectError(404, "not_found");
        Answer read = agent.read("many/8").expect(200);
        assertThat(read.text("value")).isEqualTo("é\u0000");
        assertThat(read.text("last_modified_by")).isEqualTo(agent.address());
        assertThat(read.header("ETag")).contains(tag);
        assertThat(agent.client()
                        .get("/v1/state?prefix=many/")
                        .expect(200)
                        .json()
                        .path("total")
                        .asInt())
                .isEqualTo(99);
        assertThat(agent.client()
                        .header("If-Match", tag)
                        .put("/v1/state/many/8", Map.of("value", "later"))
                        .expect(200)
                        .header("ETag")
                        .orElseThrow())
                .isNotEqualTo(tag);
    }

    private static void requireMessages(Agent sender, Agent recipient, Answer first) {
        assertThat(sender.send(recipient, "first", "key").expect(202).json()).isEqualTo(first.json());
        sender.send(recipient, "other", "key").expectError(422, "idempotency_mismatch");
        sender.send(recipient, "third").expect(202);
        Answer taken = recipient.take();
        assertThat(Agent.texts(taken.json().path("messages"), "content"))
                .isEqualTo(List.of("first", "second \u0000😀", "third"));
        assertThat(taken.json().path("messages").get(0).path("timestamp").asString())
                .isEqualTo(first.text("timestamp"));
    }
}
