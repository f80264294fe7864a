package dev.agentkernel.core.workers;

import static dev.agentkernel.core.workers.WorkersFixture.AGENT;
import static dev.agentkernel.core.workers.WorkersFixture.AMPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.LeaseChanges;
import dev.agentkernel.core.workers.WorkersFixture.Line;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WorkerSessionTest {

    private static final UUID UNKNOWN = new UUID(9, 9);
    private static final Duration RENEWED_AFTER = Duration.ofSeconds(10);

    @RegisterExtension
    private final WorkersFixture fixture = new WorkersFixture();

    private final Workers workers = fixture.workers;

    /** By one look at the queue, which is over then: nothing goes on behind the test's back. */
    private Delivery handOne(WorkerSession session, Line line) throws InterruptedException {
        fixture.send(1);
        session.begin();
        return line.next();
    }

    private static UUID idOf(Delivery delivery) {
        return delivery.message().messageId();
    }

    @Test
    void workerShouldGetNothingBeforeItsSessionBegins() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        fixture.send(1);
        assertThat(session.free()).isZero();
        session.begin();
        assertThat(line.nextText()).isEqualTo("m0");
        assertThat(session.free()).isEqualTo(WorkerSession.CREDIT_DEFAULT - 1);
    }

    @Test
    void creditShouldBoundWhatIsInTheWorkersHands() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        session.setCredit(2);
        fixture.send(4);
        session.begin();
        Delivery first = line.next();
        assertThat(line.nextText()).isEqualTo("m1");
        assertThat(session.free()).isZero();
        assertThat(line.delivered).isEmpty();
        session.acknowledge(List.of(idOf(first)));
        assertThat(line.nextText()).isEqualTo("m2");
        session.setCredit(1);
        assertThat(session.free()).as("below what it holds").isZero();
        session.setCredit(3);
        assertThat(line.nextText()).isEqualTo("m3");
        assertThat(session.free()).isZero();
    }

    @Test
    void creditShouldBeFromOneToAThousand() {
        WorkerSession session = workers.connect(AGENT, "w", new Line());
        assertThat(session.credit()).isEqualTo(WorkerSession.CREDIT_DEFAULT);
        session.setCredit(1);
        assertThat(session.credit()).isEqualTo(1);
        session.setCredit(1_000);
        assertThatThrownBy(() -> session.setCredit(0)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> session.setCredit(1_001)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> session.setCredit(1L << 32)).isInstanceOf(RefusedException.class);
        assertThat(session.credit()).isEqualTo(1_000);
    }

    @Test
    void lineThatTakesNothingShouldGetNothingUntilItSaysThatItDoesAgain() throws Exception {
        AtomicBoolean room = new AtomicBoolean();
        Line line = new Line(room);
        WorkerSession session = workers.connect(AGENT, "w", line);
        fixture.send(1);
        session.begin();
        await().atMost(AMPLE).until(() -> line.looks.get() > 0);
        assertThat(session.free()).isZero();
        room.set(true);
        session.hasRoomAgain();
        assertThat(line.nextText()).isEqualTo("m0");
    }

    @Test
    void everyMessageShouldGoToWhoeverHasTheMostRoomLeft() throws Exception {
        Line narrow = new Line();
        Line wide = new Line();
        fixture.connect(AGENT, "narrow", narrow).setCredit(1);
        fixture.connect(AGENT, "wide", wide).setCredit(3);
        fixture.send(4);
        fixture.tellOfMail();
        assertThat(List.of(wide.nextText(), wide.nextText(), wide.nextText())).containsExactly("m0", "m1", "m3");
        assertThat(narrow.nextText()).isEqualTo("m2");
    }

    @Test
    void moreThanOneCommitLeasesShouldArriveInOrder() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        session.setCredit(1_000);
        fixture.send(250);
        session.begin();
        for (int i = 0; i < 250; i++) {
            assertThat(line.nextText()).isEqualTo("m" + i);
        }
        long leases = fixture.storage.history().stream()
                .filter(stamped -> stamped.record() instanceof LogRecord.MessagesLeased)
                .count();
        assertThat(leases).isEqualTo(3);
    }

    @Test
    void onlyWhatIsInTheWorkersHandsShouldChangeAndTheRestBeNamedOnce() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        UUID held = idOf(handOne(session, line));
        assertThatThrownBy(() -> session.acknowledge(List.of())).isInstanceOf(RefusedException.class);
        assertThat(session.acknowledge(List.of(UNKNOWN))).isEqualTo(new LeaseChanges(List.of(), List.of(UNKNOWN)));
        assertThat(session.acknowledge(List.of(UNKNOWN, held, held, UNKNOWN)))
                .isEqualTo(new LeaseChanges(List.of(held), List.of(UNKNOWN)));
        assertThat(session.acknowledge(List.of(held))).isEqualTo(new LeaseChanges(List.of(), List.of(held)));
        assertThat(session.free()).isEqualTo(WorkerSession.CREDIT_DEFAULT);
        assertThat(fixture.storage.messages().depth(AGENT.address()).messages()).isZero();
    }

    @Test
    void whatIsGivenBackShouldRestForTheDelay() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        UUID held = idOf(handOne(session, line));
        assertThat(session.giveBack(List.of(held), Duration.ofSeconds(5)).changed())
                .containsExactly(held);
        assertThat(fixture.storage.history().getLast().record())
                .isInstanceOfSatisfying(
                        LogRecord.LeaseReplaced.class,
                        resting -> assertThat(resting.leasedUntil())
                                .isEqualTo(fixture.clock.instant().plusSeconds(5)));
        assertThat(session.free()).isEqualTo(WorkerSession.CREDIT_DEFAULT);
    }

    @Test
    void endedSessionShouldTakeNothing() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        Delivery held = handOne(session, line);
        assertThat(session.hand(List.of(held), 0)).isTrue();
        assertThat(line.next()).isEqualTo(held);
        session.disconnected();
        assertThat(session.hand(List.of(held), 0)).isFalse();
        assertThat(session.beginRenewal(0, 1)).isFalse();
        assertThat(session.free()).isZero();
        assertThat(line.delivered).isEmpty();
        assertThat(line.end).as("told only when it did not leave by itself").isNotDone();
    }

    @Test
    void whatWasLeasedForAWorkerThatLeftMeanwhileShouldGoToAnother() throws Exception {
        Line leaving = new Line();
        Line staying = new Line();
        WorkerSession session = workers.connect(AGENT, "leaving", leaving);
        fixture.send(1);
        fixture.beforeId = () -> {
            fixture.beforeId = () -> {};
            session.disconnected();
        };
        session.begin();
        await().atMost(AMPLE)
                .until(() -> fixture.storage.history().getLast().record() instanceof LogRecord.MessagesReturned);
        fixture.connect(AGENT, "staying", staying);
        assertThat(staying.next().attempt()).isEqualTo(2);
        assertThat(leaving.delivered).isEmpty();
    }

    @Test
    void leaseShouldBeRenewedOnceItIsOlderThanItMayBe() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        long period = RENEWED_AFTER.toNanos();
        assertThat(session.beginRenewal(period, 2 * period)).as("of nothing").isFalse();
        fixture.nanos.set(5);
        handOne(session, line);
        assertThat(session.beginRenewal(period, 5 + period)).isFalse();
        assertThat(session.beginRenewal(period, 6 + period)).isTrue();
        assertThat(session.beginRenewal(period, 6 + period))
                .as("while it is renewed")
                .isFalse();
        session.renew(Workers.LEASE, 7 + period);
        assertThat(session.beginRenewal(period, 7 + 2 * period)).isFalse();
        assertThat(session.beginRenewal(period, 8 + 2 * period)).isTrue();
    }

    @Test
    void ageOfTheLeasesShouldBeThatOfTheOldest() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        handOne(session, line);
        fixture.nanos.set(RENEWED_AFTER.toNanos());
        handOne(session, line);
        assertThat(session.beginRenewal(RENEWED_AFTER.toNanos(), RENEWED_AFTER.toNanos() + 1))
                .isTrue();
    }

    @Test
    void renewalThatFailsShouldBeDueAtOnceAgain() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        handOne(session, line);
        long late = 2 * RENEWED_AFTER.toNanos();
        assertThat(session.beginRenewal(RENEWED_AFTER.toNanos(), late)).isTrue();
        fixture.storage.failNextCommit(MemoryStorage.away());
        assertThatThrownBy(() -> session.renew(Workers.LEASE, late)).isInstanceOf(RefusedException.class);
        assertThat(session.beginRenewal(RENEWED_AFTER.toNanos(), late)).isTrue();
    }

    @Test
    void whatRanOutInSpiteOfRenewalShouldBeInTheWorkersHandsNoMore() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        fixture.send(2);
        session.begin();
        Delivery lost = line.next();
        line.next();
        fixture.queues.giveBack(List.of(lost.held()));
        session.renew(Workers.LEASE, 1);
        assertThat(session.free()).isEqualTo(WorkerSession.CREDIT_DEFAULT - 1);
        assertThat(session.acknowledge(List.of(idOf(lost))).unknown()).containsExactly(idOf(lost));
    }

    @Test
    void renewalOfNothingShouldCommitNothing() {
        WorkerSession session = workers.connect(AGENT, "w", new Line());
        fixture.storage.failNextCommit(new IllegalStateException("it came to the commit"));
        session.renew(Workers.LEASE, 1);
    }

    @Test
    void idleWorkerShouldCostNoCommit() throws Exception {
        Line line = new Line();
        WorkerSession session = workers.connect(AGENT, "w", line);
        handOne(session, line);
        long ids = fixture.ids();
        IntStream.range(0, 30).forEach(round -> workers.runOnce());
        session.setCredit(5);
        session.hasRoomAgain();
        workers.close();
        assertThat(fixture.ids()).as("ids of leases").isEqualTo(ids);
    }
}
