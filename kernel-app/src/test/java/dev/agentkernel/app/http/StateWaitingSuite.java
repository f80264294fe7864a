package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.core.Kernel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiting for a key of the state to change. */
abstract class StateWaitingSuite extends HttpSuite {

    private static final int PATIENCE_SECONDS = 50;

    private CompletableFuture<Answer> waitFor(Agent agent, String key, String tag) {
        int before = kernel().bean(Kernel.class).state().waiting();
        CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(() ->
                agent.client().header("If-None-Match", tag).get("/v1/state/" + key + "?wait=" + PATIENCE_SECONDS));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> kernel().bean(Kernel.class).state().waiting() > before);
        return answer;
    }

    private static Answer soon(CompletableFuture<Answer> answer) throws Exception {
        return answer.get(PATIENCE_SECONDS / 2, TimeUnit.SECONDS);
    }

    @Test
    void everyWaiterShouldGetTheChange() throws Exception {
        Agent agent = kernel().newAgent();
        Agent other = kernel().newAgent();
        String tag = agent.put("awaited", "old").expect(200).header("ETag").orElseThrow();
        CompletableFuture<Answer> one = waitFor(agent, "awaited", tag);
        CompletableFuture<Answer> two = waitFor(other, "awaited", tag);
        agent.put("not-awaited", "x").expect(200);
        String changed = other.put("awaited", "new").expect(200).header("ETag").orElseThrow();
        for (CompletableFuture<Answer> waiter : List.of(one, two)) {
            Answer answer = soon(waiter).expect(200);
            assertThat(answer.text("value")).isEqualTo("new");
            assertThat(answer.header("ETag")).contains(changed);
        }
        assertThat(kernel().bean(Kernel.class).state().waiting()).isZero();
    }

    @Test
    void deletionShouldBeAChange() throws Exception {
        Agent agent = kernel().newAgent();
        String tag = agent.put("goes", "x").expect(200).header("ETag").orElseThrow();
        CompletableFuture<Answer> waiter = waitFor(agent, "goes", tag);
        agent.delete("goes").expect(200);
        soon(waiter).expectError(404, "not_found");
    }

    @Test
    void nothingShouldBeWaitedForWhenTheKeyIsAnotherAlready() {
        Agent agent = kernel().newAgent();
        agent.put("known", "x").expect(200);
        assertThat(agent.client()
                        .header("If-None-Match", "\"1\"")
                        .get("/v1/state/known?wait=60")
                        .expect(200)
                        .text("value"))
                .isEqualTo("x");
        agent.client().get("/v1/state/known?wait=60").expect(200);
        agent.client().get("/v1/state/absent?wait=60").expectError(404, "not_found");
    }

    @Test
    void nothingChangedShouldBeToldWhenTheTimeIsOver() {
        Agent agent = kernel().newAgent();
        String tag = agent.put("same", "x").expect(200).header("ETag").orElseThrow();
        agent.client().header("If-None-Match", tag).get("/v1/state/same?wait=1").expect(304);
        agent.client().header("If-None-Match", tag).get("/v1/state/same?wait=0").expect(304);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "61", "x", "1.5"})
    void waitShouldBeRefusedWhenItIsOutOfItsRange(String wait) {
        kernel().newAgent().client().get("/v1/state/k?wait=" + wait).expectError(400, "bad_request");
    }
}
