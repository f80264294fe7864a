package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.Conversation;
import dev.agentkernel.core.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that wait for a message. */
abstract class WaitingSuite extends HttpSuite {

    private int waiting() {
        return kernel().bean(Kernel.class).messages().waiting();
    }

    private void awaitWaiting(int count) {
        await().atMost(Duration.ofSeconds(20)).until(() -> waiting() == count);
    }

    private static void ask(Conversation conversation, Agent agent, String query) throws IOException {
        conversation.send("GET /v1/messages?" + query + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token()
                + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=60", "ack=manual&wait=60"})
    void waitingRequestShouldBeAnsweredByTheNextMessage(String query) {
        Agent agent = kernel().newAgent();
        CompletableFuture<Answer> answer =
                CompletableFuture.supplyAsync(() -> agent.client().get("/v1/messages?" + query));
        awaitWaiting(1);
        agent.send(agent, "news").expect(202);
        assertThat(Agent.texts(answer.join().expect(200).json().path("messages"), "content"))
                .containsExactly("news");
        awaitWaiting(0);
        assertThat(agent.takeContents()).isEmpty();
    }

    @Test
    void requestShouldNotWaitWhenAMessageIsThereAndNotLongerThanItSays() {
        Agent agent = kernel().newAgent();
        agent.send(agent, "old").expect(202);
        Answer first = agent.client().get("/v1/messages?wait=60").expect(200);
        assertThat(Agent.texts(first.json().path("messages"), "content")).containsExactly("old");
        Answer second = agent.client().get("/v1/messages?wait=1").expect(200);
        assertThat(second.json().path("messages")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=60", "ack=manual&wait=60"})
    void clientThatResetItsConnectionWhileItWaitedShouldLoseNothing(String query) throws IOException {
        Agent agent = kernel().newAgent();
        try (Conversation gone = kernel().anyone().converse()) {
            ask(gone, agent, query);
            awaitWaiting(1);
            gone.reset();
            agent.send(agent, "kept").expect(202);
            awaitWaiting(0);
        }
        assertThat(agent.takeContents()).containsExactly("kept");
    }

    @Test
    void clientThatClosedItsConnectionWhileItWaitedShouldLoseNothing() throws IOException {
        Agent agent = kernel().newAgent();
        try (Conversation gone = kernel().anyone().converse()) {
            ask(gone, agent, "wait=60");
            awaitWaiting(1);
        }
        agent.send(agent, "kept").expect(202);
        awaitWaiting(0);
        assertThat(agent.takeContents()).containsExactly("kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=10", "ack=manual&limit=10"})
    void clientThatGaveUpBeforeItsAnswerWasReadyShouldLoseNothing(String query) {
        Agent agent = kernel().newAgent();
        agent.send(agent, "kept").expect(202);
        Faults faults = kernel().faults();
        faults.whileCommitsAreHeld(() -> {
            try (Conversation gone = kernel().anyone().converse()) {
                ask(gone, agent, query);
                await().atMost(Duration.ofSeconds(20)).until(() -> faults.heldCommits() > 0);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
        await().atMost(Duration.ofSeconds(20)).until(agent::takeContents, contents -> contents.equals(List.of("kept")));
    }

    @Test
    void whatAClientSentAheadShouldNotCountAsItsEnd() throws IOException {
        Agent agent = kernel().newAgent();
        try (Conversation ahead = kernel().anyone().converse()) {
            ask(ahead, agent, "wait=60");
            awaitWaiting(1);
            // An empty line before a request means nothing, but is there to be read.
            ahead.send("\r\n");
            agent.send(agent, "first").expect(202);
            assertThat(Agent.texts(ahead.receive().json().path("messages"), "content"))
                    .containsExactly("first");
            ask(ahead, agent, "wait=60");
            awaitWaiting(1);
            agent.send(agent, "second").expect(202);
            assertThat(Agent.texts(ahead.receive().json().path("messages"), "content"))
                    .containsExactly("second");
        }
    }

    @Test
    void eachMessageShouldWakeAWorker() {
        Agent agent = kernel().newAgent();
        CompletableFuture<Answer> one = CompletableFuture.supplyAsync(
                () -> agent.client().get("/v1/messages?ack=manual&worker_id=one&limit=1&wait=60"));
        CompletableFuture<Answer> two = CompletableFuture.supplyAsync(
                () -> agent.client().get("/v1/messages?ack=manual&worker_id=two&limit=1&wait=60"));
        awaitWaiting(2);
        agent.send(agent, "a").expect(202);
        agent.send(agent, "b").expect(202);
        assertThat(one.join().expect(200).json().path("messages")).hasSize(1);
        assertThat(two.join().expect(200).json().path("messages")).hasSize(1);
        awaitWaiting(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wait=61",
                "wait=-1",
                "wait=x",
                "wait=1.5",
                "ack=auto",
                "ack=manual&lease=0",
                "ack=manual&lease=3601",
                "ack=manual&lease=x",
                "ack=manual&worker_id=",
                "ack=manual&worker_id=%00",
                "ack=manual&worker_id=%ff"
            })
    void valuesOutOfTheirLimitsShouldBeRefused(String query) {
        kernel().newAgent().client().get("/v1/messages?" + query).expectError(400, "bad_request");
    }

    @Test
    void workerIdShouldBeLimitedByItsBytes() {
        Agent agent = kernel().newAgent();
        agent.client()
                .get("/v1/messages?ack=manual&worker_id=" + "%C3%A9".repeat(64))
                .expect(200);
        agent.client()
                .get("/v1/messages?ack=manual&worker_id=" + "%C3%A9".repeat(64) + "x")
                .expectError(400, "bad_request");
    }
}
