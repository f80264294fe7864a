package dev.agentkernel.core.workers;

import static dev.agentkernel.core.workers.WorkersFixture.AGENT;
import static dev.agentkernel.core.workers.WorkersFixture.AMPLE;
import static dev.agentkernel.core.workers.WorkersFixture.OTHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.workers.WorkerLine.End;
import dev.agentkernel.core.workers.WorkersFixture.Line;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who stays connected, and what the rounds do. Sessions of an agent are looked at in the order in which they connected. */
class WorkersHintsTest {

    private static final AgentCaller RENEWED = new AgentCaller(AGENT.address(), 2);
    private static final UUID ELSEWHERE = new UUID(8, 8);

    @RegisterExtension
    private final WorkersFixture fixture = new WorkersFixture();

    private final Workers workers = fixture.workers;

    private static ErrorCode refusalOf(ThrowingCallable call) {
        return catchThrowableOfType(RefusedException.class, call).code();
    }

    @Test
    void sessionsOfAnOlderCredentialShouldEndAndNoOthers() throws Exception {
        Line stays = new Line();
        Line ends = new Line();
        Line others = new Line();
        fixture.connect(RENEWED, "1", stays);
        fixture.connect(AGENT, "2", ends);
        fixture.connect(OTHER, "1", others);
        fixture.wakeups.credentialRevoked(new OperatorCaller(new UUID(1, 1), 9));
        fixture.wakeups.credentialRevoked(new AgentCaller("tab_" + "c".repeat(20), 9));
        fixture.wakeups.credentialRevoked(RENEWED);
        assertThat(ends.awaitEnd()).isEqualTo(End.REVOKED);
        assertThat(stays.end).isNotDone();
        assertThat(others.end).isNotDone();
        await().atMost(AMPLE).until(() -> workers.connected() == 2);
    }

    @Test
    void whoeverHasNoCredentialAnyMoreShouldBeFoundWhenSomeHaveDied() throws Exception {
        Line stays = new Line();
        Line ends = new Line();
        Line gone = new Line();
        fixture.connect(RENEWED, "1", stays);
        fixture.connect(AGENT, "2", ends);
        fixture.connect(OTHER, "1", gone);
        fixture.credentials.versions.put(AGENT.address(), 2);
        fixture.wakeups.someCredentialsRevoked();
        assertThat(ends.awaitEnd()).isEqualTo(End.REVOKED);
        assertThat(gone.awaitEnd()).isEqualTo(End.REVOKED);
        assertThat(stays.end).isNotDone();
    }

    @Test
    void lookForDeadCredentialsShouldBeTriedAgainUntilItSucceeds() throws Exception {
        Line gone = new Line();
        fixture.connect(OTHER, "1", gone);
        fixture.credentials.failing.set(2);
        fixture.wakeups.someCredentialsRevoked();
        await().atMost(AMPLE).until(() -> fixture.credentials.failed.get() == 1);
        await().pollInterval(Duration.ofMillis(5)).atMost(AMPLE).until(() -> {
            workers.runOnce();
            return gone.end.isDone();
        });
        assertThat(fixture.credentials.failed).hasValue(2);
    }

    @Test
    void deadCredentialThatIsFoundInLeasingShouldEndItsSessionAlone() throws Exception {
        Line dead = new Line();
        Line living = new Line();
        fixture.replaceToken();
        fixture.connect(AGENT, "1", dead);
        WorkerSession session = workers.connect(RENEWED, "2", living);
        fixture.send(1);
        session.begin();
        assertThat(living.nextText()).isEqualTo("m0");
        assertThat(dead.awaitEnd()).isEqualTo(End.REVOKED);
        assertThat(living.end).isNotDone();
    }

    @Test
    void deadCredentialThatIsFoundInRenewingShouldEndItsSession() throws Exception {
        Line line = new Line();
        fixture.send(1);
        fixture.connect(AGENT, "w", line);
        line.next();
        fixture.replaceToken();
        fixture.nanos.addAndGet(Duration.ofSeconds(11).toNanos());
        workers.runOnce();
        assertThat(line.awaitEnd()).isEqualTo(End.REVOKED);
    }

    @Test
    void sessionShouldOutliveARenewalThatFails() throws Exception {
        Line line = new Line();
        fixture.send(1);
        fixture.connect(AGENT, "w", line);
        line.next();
        fixture.clock.advance(Duration.ofSeconds(11));
        fixture.nanos.addAndGet(Duration.ofSeconds(11).toNanos());
        int records = fixture.storage.history().size();
        fixture.storage.failNextCommit(MemoryStorage.away());
        await().pollInterval(Duration.ofMillis(5)).atMost(AMPLE).until(() -> {
            workers.runOnce();
            return fixture.storage.history().size() > records;
        });
        assertThat(line.end).isNotDone();
        fixture.clock.advance(Duration.ofSeconds(20));
        assertThat(fixture.storage.messages().expiredLeases(1)).isEmpty();
    }

    @Test
    void whatCouldNotBeDealtOutShouldBeInTheNextRound() throws Exception {
        Line line = new Line();
        CountDownLatch failed = new CountDownLatch(1);
        WorkerSession session = workers.connect(AGENT, "w", line);
        fixture.send(1);
        fixture.beforeId = () -> {
            fixture.beforeId = () -> {};
            failed.countDown();
            throw MemoryStorage.away();
        };
        session.begin();
        assertThat(failed.await(AMPLE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        workers.runOnce();
        assertThat(line.nextText()).isEqualTo("m0");
    }

    @Test
    void sessionShouldEndWhenItsWorkerIsConnectedElsewhereAndOnlyThen() throws Exception {
        Line unknown = new Line();
        Line here = new Line();
        Line displaced = new Line();
        WorkerSession first = fixture.connect(AGENT, "1", unknown);
        fixture.connect(AGENT, "2", here);
        fixture.connect(AGENT, "3", displaced);
        fixture.presence.disconnected(AGENT.address(), "1", first.id());
        fixture.presence.connected(AGENT.address(), "3", ELSEWHERE);
        assertThat(displaced.awaitEnd()).isEqualTo(End.DISPLACED);
        assertThat(unknown.end).isNotDone();
        assertThat(here.end).isNotDone();
        assertThat(fixture.presence.sessionOf(AGENT.address(), "3")).contains(ELSEWHERE);
    }

    @Test
    void lookAtEverythingShouldFindMailAndConnectionsElsewhere() throws Exception {
        try (WorkersFixture deaf = new WorkersFixture()) {
            Line line = new Line();
            Line displaced = new Line();
            deaf.send(1);
            deaf.connect(AGENT, "1", line);
            assertThat(line.nextText()).isEqualTo("m0");
            deaf.connect(OTHER, "1", displaced);
            deaf.presence.connected(OTHER.address(), "1", ELSEWHERE);
            deaf.send(1);
            deaf.workers.listen();
            deaf.wakeups.rescan();
            assertThat(line.nextText()).isEqualTo("m0");
            assertThat(displaced.awaitEnd()).isEqualTo(End.DISPLACED);
        }
    }

    @Test
    void agentShouldHaveAtMostSoManyWorkers() throws Exception {
        Line first = new Line();
        fixture.connect(AGENT, "0", first);
        for (int i = 1; i < Workers.WORKERS_PER_AGENT_MAX; i++) {
            fixture.connect(AGENT, "" + i, new Line());
        }
        assertThat(refusalOf(() -> workers.connect(AGENT, "more", new Line())))
                .isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
        assertThat(fixture.presence.sessionOf(AGENT.address(), "more")).isEmpty();
        assertThat(workers.connected()).isEqualTo(64);
        fixture.connect(OTHER, "0", new Line());
        fixture.connect(AGENT, "0", new Line());
        assertThat(first.awaitEnd()).isEqualTo(End.DISPLACED);
        await().atMost(AMPLE).until(() -> workers.connected() == 65);
    }

    @Test
    void everybodyShouldLookForMailUnaskedWithinThirtyRounds() {
        // They have not begun, so nothing else makes anybody look.
        Line one = new Line();
        Line other = new Line();
        workers.connect(AGENT, "w", one);
        workers.connect(OTHER, "w", other);
        IntStream.range(0, 30).forEach(round -> workers.runOnce());
        await().atMost(AMPLE).until(() -> one.looks.get() > 0 && other.looks.get() > 0);
    }

    @Test
    void workerShouldBePresentWhileItIsConnected() {
        WorkerSession session = workers.connect(AGENT, "w", new Line());
        assertThat(fixture.presence.sessionOf(AGENT.address(), "w")).contains(session.id());
        session.disconnected();
        assertThat(fixture.presence.sessionOf(AGENT.address(), "w")).isEmpty();
    }

    @Test
    void workerIdShouldHaveOneTo128Bytes() {
        assertThat(refusalOf(() -> workers.connect(AGENT, "", new Line()))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusalOf(() -> workers.connect(AGENT, "ä".repeat(65), new Line())))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(workers.connect(AGENT, "ä".repeat(64), new Line()).workerId())
                .isEqualTo("ä".repeat(64));
    }

    @Test
    void everythingInTheWorkersHandsShouldWaitAgainWhenTheyAreClosed() throws Exception {
        Line line = new Line();
        fixture.send(2);
        fixture.connect(AGENT, "w", line);
        line.next();
        line.next();
        workers.close();
        assertThat(fixture.storage.messages().depth(AGENT.address()).pullWaiting())
                .isEqualTo(2);
        assertThat(workers.connected()).isZero();
        assertThat(fixture.presence.isConnected(AGENT.address())).isFalse();
    }

    @Test
    void startedWorkersShouldRenewLeasesAndListenByThemselves() throws Exception {
        try (WorkersFixture started = new WorkersFixture()) {
            started.workers.start();
            Line line = new Line();
            started.send(1);
            started.connect(AGENT, "w", line);
            line.next();
            int records = started.storage.history().size();
            started.nanos.addAndGet(Duration.ofSeconds(11).toNanos());
            await().atMost(AMPLE).until(() -> started.storage.history().size() > records);
            started.presence.connected(AGENT.address(), "w", ELSEWHERE);
            assertThat(line.awaitEnd()).isEqualTo(End.DISPLACED);
        }
    }
}
