package dev.agentkernel.core.workers;

import static dev.agentkernel.core.workers.WorkersFixture.AGENT;
import static dev.agentkernel.core.workers.WorkersFixture.AMPLE;
import static dev.agentkernel.core.workers.WorkersFixture.OTHER;
import static dev.agentkernel.core.workers.WorkersFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.OutgoingMessage;
import dev.agentkernel.core.workers.WorkersFixture.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much is done at once. */
class WorkersBoundsTest {

    private static final int DEALING_AT_ONCE_MAX = 256;

    @RegisterExtension
    private final WorkersFixture fixture = new WorkersFixture();

    private final Workers workers = fixture.workers;

    private static AgentCaller agent(int number) {
        return new AgentCaller("tab_%020d".formatted(number), 1);
    }

    @Test
    void contentOfOneLeaseShouldBeAMebibyteAtMost() throws Exception {
        for (int i = 0; i < 17; i++) {
            fixture.queues.send(OTHER, new OutgoingMessage(AGENT.address(), text("x".repeat(1 << 16)), null));
        }
        Line line = new Line();
        fixture.connect(AGENT, "w", line);
        for (int i = 0; i < 17; i++) {
            line.next();
        }
        assertThat(fixture.storage.history().stream()
                        .filter(stamped -> stamped.record() instanceof LogRecord.MessagesLeased)
                        .map(stamped -> ((LogRecord.MessagesLeased) stamped.record())
                                .messages()
                                .size()))
                .containsExactly(16, 1);
    }

    @Test
    void messagesOfSomeAgentsShouldBeDealtOutAtOnceAndThoseOfTheOthersAfterwards() {
        int agents = DEALING_AT_ONCE_MAX + 20;
        List<WorkerSession> sessions = new ArrayList<>();
        for (int i = 0; i < agents; i++) {
            String address = agent(i).address();
            fixture.running.leave(new LogRecord.AgentRegistered(address, new UUID(1, 1), text("token of " + i), null));
            fixture.queues.send(OTHER, new OutgoingMessage(address, text("hello"), null));
            sessions.add(workers.connect(agent(i), "w", new Line()));
        }
        AtomicInteger dealing = new AtomicInteger();
        AtomicInteger dealt = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        fixture.beforeId = () -> {
            dealing.incrementAndGet();
            awaitQuietly(goOn);
            dealt.incrementAndGet();
        };
        sessions.forEach(WorkerSession::begin);
        await().atMost(AMPLE).until(() -> dealing.get() >= DEALING_AT_ONCE_MAX);
        int atOnce = dealing.get();
        goOn.countDown();
        await().atMost(AMPLE).until(() -> dealt.get() == agents);
        assertThat(atOnce).isEqualTo(DEALING_AT_ONCE_MAX);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(AMPLE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aThousandCredentialsShouldBeLookedUpAtOnceAndAllOfThemInTheEnd() {
        int agents = 2_001;
        for (int i = 0; i < agents; i++) {
            workers.connect(agent(i), "w", new Line());
        }
        fixture.wakeups.someCredentialsRevoked();
        await().atMost(AMPLE).until(() -> workers.connected() == 0);
        assertThat(fixture.credentials.asked).containsExactly(1_000, 1_000, 1);
        workers.connect(agent(0), "w", new Line());
        fixture.wakeups.someCredentialsRevoked();
        await().atMost(AMPLE).until(() -> workers.connected() == 0);
        assertThat(fixture.credentials.asked)
                .as("those who left are nobody's business")
                .endsWith(1, 1)
                .hasSize(4);
    }
}
