package dev.agentkernel.core.workers;

import static dev.agentkernel.core.workers.WorkersFixture.AGENT;
import static dev.agentkernel.core.workers.WorkersFixture.AMPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.workers.WorkersFixture.Line;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When messages are asked for, and when not. */
class AgentWorkersTest {

    private final WorkersFixture fixture = new WorkersFixture();
    private final Workers workers = fixture.workers;

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whoeverLeasedNothingThoughSomethingWaitsShouldAskAgainInTheNextRound() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        session.setCredit(1);
        fixture.send(2);
        fixture.storage.missNextReads(1);
        long ids = fixture.ids();
        session.begin();
        await().atMost(AMPLE).until(() -> fixture.storage.missingReads() == 0);
        assertThat(fixture.ids()).as("ids of leases").isEqualTo(ids + 1);
        workers.runOnce();
        assertThat(line.nextText()).isEqualTo("m1");
    }

    @Test
    void mailOfWhichAHintTellsShouldBeLeasedWithoutALookBefore() {
        fixture.connect(AGENT, "w", new Line());
        long ids = fixture.ids();
        workers.listen();
        await().atMost(AMPLE).until(() -> {
            fixture.tellOfMail();
            return fixture.ids() > ids;
        });
    }

    @Test
    void mailOfWhichAHintTellsWhileMessagesAreDealtOutShouldBeLookedForBefore() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        workers.listen();
        fixture.send(1);
        long ids = fixture.ids();
        fixture.beforeId = fixture::tellOfMail;
        session.begin();
        assertThat(line.nextText()).isEqualTo("m0");
        await().atMost(AMPLE).until(() -> line.looks.get() == 2);
        workers.close();
        assertThat(fixture.ids()).as("ids of leases").isEqualTo(ids + 1);
    }

    @Test
    void messagesShouldBeDealtOutHoweverOftenThatWasDone() throws Exception {
        Line line = new Line();
        WorkerSession session = fixture.connect(AGENT, "w", line);
        workers.listen();
        for (int i = 0; i < 300; i++) {
            fixture.send(1);
            fixture.tellOfMail();
            session.acknowledge(List.of(line.next().message().messageId()));
        }
    }
}
