package dev.agentkernel.core.messages;

import static dev.agentkernel.core.memory.SettableClock.START;
import static dev.agentkernel.core.messages.Agents.ALICE;
import static dev.agentkernel.core.messages.Agents.BOB;
import static dev.agentkernel.core.messages.Agents.id;
import static dev.agentkernel.core.messages.Agents.outdated;
import static dev.agentkernel.core.messages.Agents.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.WaitingRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Decided;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LeasingTest {

    private static final QueueRef QUEUE = new QueueRef(ALICE.address(), Route.PULL);
    private static final UUID LEASE = new UUID(5, 1);
    private static final UUID OTHER_LEASE = new UUID(5, 2);

    private final WorkingSet rows = rows(ALICE, BOB);

    private static LeaseMessages lease(AgentCaller caller, UUID leaseId, int messagesMax, long bytesMax) {
        return LeaseMessages.forPull(
                caller, leaseId, messagesMax, bytesMax, Duration.ofSeconds(30), LeaseHolder.worker("w"));
    }

    private static LeaseMessages lease(UUID leaseId, int messagesMax) {
        return lease(ALICE, leaseId, messagesMax, 1_000);
    }

    private static AcknowledgeMessages acknowledge(UUID leaseId, Long... seqs) {
        return new AcknowledgeMessages(ALICE.address(), leaseId, List.of(seqs), DeliveryMethod.SOCKET);
    }

    private void waiting(int messages, int bytesEach) {
        for (int seq = 1; seq <= messages; seq++) {
            rows.loadWaiting(QUEUE, new WaitingRow(seq, id(seq), bytesEach, seq - 1));
        }
        rows.loadQueue(ALICE.address(), new QueueRow(messages, (long) messages * bytesEach, messages));
        rows.loadQueueTotals((long) messages * bytesEach);
    }

    /** Messages 1 and 2 under the lease, message 3 under another. */
    private void leased(Instant until) {
        for (int seq = 1; seq <= 3; seq++) {
            LeasedMessage message = new LeasedMessage(seq, id(seq), 10, 1);
            rows.load(new LeaseRow(
                    ALICE.address(), Route.PULL, seq == 3 ? OTHER_LEASE : LEASE, until, "worker@w", message, null));
        }
        rows.loadQueue(ALICE.address(), new QueueRow(3, 30, 0));
        rows.loadQueueTotals(30);
    }

    private static List<Long> seqsOf(Object lease) {
        return ((MessageLease) lease)
                .messages().stream().map(LeasedMessage::seq).toList();
    }

    @Test
    void theOldestAreLeasedFirstWithTheirAttemptCounted() {
        waiting(3, 10);
        Decided decided = Decided.of(rows, lease(LEASE, 2));
        List<LeasedMessage> expected = List.of(new LeasedMessage(1, id(1), 10, 1), new LeasedMessage(2, id(2), 10, 2));
        assertThat(decided.answer(0))
                .isEqualTo(new MessageLease(ALICE.address(), LEASE, START.plusSeconds(30), expected, 1));
        assertThat(decided.records())
                .containsExactly(new LogRecord.MessagesLeased(
                        ALICE.address(), Route.PULL, LEASE, START.plusSeconds(30), "worker@w", expected));
        assertThat(rows.queue(ALICE.address())).isEqualTo(new QueueRow(3, 30, 1));
    }

    @Test
    void twoTakesInOneBatchNeverShareAMessage() {
        waiting(5, 10);
        Decided decided = Decided.of(rows, lease(LEASE, 3), lease(OTHER_LEASE, 3), lease(new UUID(5, 3), 3));
        assertThat(seqsOf(decided.answer(0))).containsExactly(1L, 2L, 3L);
        assertThat(seqsOf(decided.answer(1))).containsExactly(4L, 5L);
        assertThat(decided.answer(2))
                .isEqualTo(new MessageLease(ALICE.address(), new UUID(5, 3), START.plusSeconds(30), List.of(), 0));
        assertThat(decided.records()).hasSize(2);
    }

    @Test
    void requirementsOfOneQueueAddUp() {
        Requirements required = new Requirements();
        lease(LEASE, 3).require(required);
        lease(OTHER_LEASE, 4).require(required);
        assertThat(required.claims()).containsExactly(java.util.Map.entry(QUEUE, 7));
        assertThat(required.queues()).containsExactly(ALICE.address());
    }

    @Test
    void contentIsCappedButTheFirstMessageMayBeLargerAlone() {
        waiting(4, 40);
        assertThat(seqsOf(Decided.of(rows, lease(ALICE, LEASE, 10, 100)).answer(0)))
                .containsExactly(1L, 2L);
        assertThat(seqsOf(Decided.of(rows, lease(ALICE, OTHER_LEASE, 10, 39)).answer(0)))
                .containsExactly(3L);
        assertThat(seqsOf(Decided.of(rows, lease(ALICE, new UUID(5, 3), 10, 40)).answer(0)))
                .containsExactly(4L);
    }

    @Test
    void aLargerMessageIsNotOvertakenByASmallerOne() {
        rows.loadWaiting(QUEUE, new WaitingRow(1, id(1), 10, 0));
        rows.loadWaiting(QUEUE, new WaitingRow(2, id(2), 95, 0));
        rows.loadWaiting(QUEUE, new WaitingRow(3, id(3), 10, 0));
        rows.loadQueue(ALICE.address(), new QueueRow(3, 115, 3));
        assertThat(seqsOf(Decided.of(rows, lease(ALICE, LEASE, 10, 100)).answer(0)))
                .containsExactly(1L);
    }

    @Test
    void anOutdatedCredentialLeasesNothing() {
        waiting(1, 10);
        Decided decided = Decided.of(rows, lease(outdated(ALICE), LEASE, 1, 100), lease(OTHER_LEASE, 1));
        assertThat(decided.codes()).containsExactly(ErrorCode.UNAUTHORIZED, null);
        assertThat(seqsOf(decided.answer(1))).containsExactly(1L);
    }

    @Test
    void acknowledgingRemovesWhatIsStillUnderTheLease() {
        leased(START.plusSeconds(1));
        Decided decided = Decided.of(rows, acknowledge(LEASE, 1L, 1L, 2L, 3L, 99L));
        assertThat(decided.answer(0)).isEqualTo(List.of(id(1), id(2)));
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.MessageDelivered(id(1), ALICE.address(), DeliveryMethod.SOCKET, 1, 10),
                        new LogRecord.MessageDelivered(id(2), ALICE.address(), DeliveryMethod.SOCKET, 2, 10));
        assertThat(rows.queue(ALICE.address())).isEqualTo(new QueueRow(1, 10, 0));
        assertThat(rows.queueBytes()).isEqualTo(10);
    }

    @Test
    void anExpiredLeaseThatNobodySweptStillAcknowledges() {
        leased(START.minusSeconds(1));
        assertThat(Decided.of(rows, acknowledge(LEASE, 1L)).answer(0)).isEqualTo(List.of(id(1)));
    }

    @Test
    void aStaleLeaseChangesNothing() {
        leased(START.plusSeconds(1));
        Decided decided = Decided.of(
                rows,
                acknowledge(OTHER_LEASE, 1L),
                new AcknowledgeMessages(BOB.address(), LEASE, List.of(1L), DeliveryMethod.PULL),
                new ReturnMessages(ALICE.address(), OTHER_LEASE, List.of(1L, 2L), false),
                new ReturnMessages(BOB.address(), LEASE, List.of(1L, 2L), false));
        assertThat(decided.records()).isEmpty();
        assertThat(decided.answer(0)).isEqualTo(List.of());
        assertThat(decided.answer(1)).isEqualTo(List.of());
        assertThat(decided.answer(2)).isEqualTo(0);
        assertThat(decided.answer(3)).isEqualTo(0);
    }

    @Test
    void whatWasAcknowledgedInTheBatchCannotBeAcknowledgedOrReturnedAgain() {
        leased(START.plusSeconds(1));
        Decided decided = Decided.of(
                rows,
                acknowledge(LEASE, 1L),
                acknowledge(LEASE, 1L),
                new ReturnMessages(ALICE.address(), LEASE, List.of(1L, 2L), false),
                acknowledge(LEASE, 2L));
        assertThat(decided.answer(1)).isEqualTo(List.of());
        assertThat(decided.answer(2)).isEqualTo(1);
        assertThat(decided.answer(3)).isEqualTo(List.of());
        assertThat(decided.records()).hasSize(2);
    }

    @Test
    void returningMakesMessagesWaitAgainWithTheirAttemptsKept() {
        leased(START.plusSeconds(1));
        Decided decided = Decided.of(rows, new ReturnMessages(ALICE.address(), LEASE, List.of(1L, 2L, 3L), false));
        assertThat(decided.answer(0)).isEqualTo(2);
        assertThat(decided.records())
                .containsExactly(new LogRecord.MessagesReturned(
                        ALICE.address(),
                        Route.PULL,
                        List.of(new LeasedMessage(1, id(1), 10, 1), new LeasedMessage(2, id(2), 10, 1))));
        assertThat(rows.queue(ALICE.address())).isEqualTo(new QueueRow(3, 30, 2));
        assertThat(rows.lease(1)).isEmpty();
        assertThat(rows.lease(3)).isPresent();
    }

    @Test
    void aSweepReturnsOnlyWhatRanOutToTheLastInstant() {
        leased(START.plusNanos(1));
        ReturnMessages sweep = new ReturnMessages(ALICE.address(), LEASE, List.of(1L, 2L), true);
        assertThat(Decided.of(rows, sweep).answer(0)).isEqualTo(0);
        leased(START);
        assertThat(Decided.of(rows, sweep).answer(0)).isEqualTo(2);
    }

    @Test
    void messagesLeasedInTheBatchCanBeAcknowledgedInIt() {
        waiting(1, 10);
        Decided decided = Decided.of(rows, lease(LEASE, 1), acknowledge(LEASE, 1L));
        assertThat(decided.answer(1)).isEqualTo(List.of(id(1)));
        assertThat(rows.queue(ALICE.address())).isEqualTo(new QueueRow(0, 0, 0));
    }

    @Test
    void whatShrinksTheStoreGoesOnFromTheReserve() {
        WorkingSet low = rows(true, ALICE);
        Decided decided = Decided.of(
                low,
                lease(LEASE, 1),
                acknowledge(LEASE, 1L),
                new ReturnMessages(ALICE.address(), LEASE, List.of(1L), true));
        assertThat(decided.codes()).containsExactly(null, null, null);
    }
}
