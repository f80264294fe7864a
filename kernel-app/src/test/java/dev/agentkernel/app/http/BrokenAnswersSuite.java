package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.contract.Conversation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to taken messages when the answer that carries them does not arrive. */
abstract class BrokenAnswersSuite extends HttpSuite {

    /** Together some 15 MB of JSON, far more than the buffers of both sockets hold: it cannot be flushed unread. */
    private static final int LARGE = 40;

    private static final String SIX_BYTES_OF_JSON = "\u0001";

    @Test
    void messagesShouldWaitAgainInOrderWhenTheConnectionBreaksBeforeTheAnswerIsRead() throws IOException {
        Agent agent = kernel().newAgent();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < LARGE; i++) {
            sent.add(i + SIX_BYTES_OF_JSON.repeat(65_000));
            agent.send(agent, sent.get(i)).expect(202);
        }
        try (Conversation gone = kernel().anyone().converse()) {
            gone.send("GET /v1/messages?limit=100 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token()
                    + "\r\n\r\n");
            // A first byte of the answer: everything is taken by now.
            assertThat(gone.isAtEnd()).isFalse();
            assertThat(agent.takeContents()).isEmpty();
            gone.reset();
        }
        List<String> taken = new ArrayList<>();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            taken.addAll(agent.takeContents());
            return taken.size() >= LARGE;
        });
        assertThat(taken).isEqualTo(sent);
    }

    @Test
    void messagesShouldBeGoneWhenTheAnswerWasReadAndTheConnectionEnds() throws IOException {
        Agent agent = kernel().newAgent();
        agent.send(agent, "x").expect(202);
        try (Conversation conversation = kernel().anyone().converse()) {
            conversation.send(
                    "GET /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token() + "\r\n\r\n");
            assertThat(conversation.receive().expect(200).json().path("messages"))
                    .hasSize(1);
            conversation.reset();
        }
        assertThat(agent.takeContents()).isEmpty();
    }

    @Test
    void requestsOfOneConnectionShouldBeAnsweredInTurn() throws IOException {
        Agent agent = kernel().newAgent();
        String take =
                "GET /v1/messages?limit=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token() + "\r\n\r\n";
        agent.send(agent, "first").expect(202);
        agent.send(agent, "second").expect(202);
        try (Conversation conversation = kernel().anyone().converse()) {
            conversation.send(take);
            assertThat(Agent.texts(conversation.receive().json().path("messages"), "content"))
                    .containsExactly("first");
            conversation.send(take);
            assertThat(Agent.texts(conversation.receive().json().path("messages"), "content"))
                    .containsExactly("second");
        }
    }
}
