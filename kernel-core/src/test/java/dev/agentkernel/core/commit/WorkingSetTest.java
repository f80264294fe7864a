package dev.agentkernel.core.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.Requirements.SenderShares;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.QueuedCopy;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each record makes of the rows, which is what the tables make of it. */
class WorkingSetTest {

    private static final Instant START = SettableClock.START;
    private static final UUID OPERATOR = new UUID(1, 1);
    private static final UUID LEASE = new UUID(5, 1);
    private static final String ALICE = "tab_a";
    private static final String BOB = "tab_b";
    private static final QueueRef PULLED = new QueueRef(ALICE, Route.PULL);
    private static final QueueRef PUSHED = new QueueRef(ALICE, Route.PUSH);

    private final WorkingSet rows = new WorkingSet(START, false);

    @BeforeEach
    void load() {
        rows.load(new OperatorRow(OPERATOR, 3, 2));
        for (String agent : List.of(ALICE, BOB)) {
            rows.load(new AgentRow(agent, OPERATOR, 2, true, 1, 0));
            rows.loadQueue(agent, new QueueRow(4, 40, 2));
        }
        rows.loadQueueTotals(80);
    }

    private static UUID id(long seq) {
        return new UUID(2, seq);
    }

    private static LeasedMessage message(long seq) {
        return new LeasedMessage(seq, id(seq), 10, 1);
    }

    private static WaitingRow waiting(long seq) {
        return new WaitingRow(seq, id(seq), 10, 0);
    }

    /** A message that waits on a route. */
    private void waits(String recipient, Route route, long seq) {
        rows.loadWaiting(new QueueRef(recipient, route), waiting(seq));
        rows.load(new QueuedRow(recipient, seq, id(seq), route, 10, true, null));
    }

    private void lease(String recipient, Route route, long... seqs) {
        for (long seq : seqs) {
            waits(recipient, route, seq);
            rows.apply(new LogRecord.MessagesLeased(recipient, route, LEASE, START, "worker@w", List.of(message(seq))));
        }
    }

    private long pullWaiting() {
        return rows.queue(ALICE).pullWaiting();
    }

    private void assertRoute(long seq, Route route, boolean waiting) {
        QueuedRow row = rows.queued(seq).orElseThrow();
        assertThat(row.route()).isEqualTo(route);
        assertThat(row.waiting()).isEqualTo(waiting);
    }

    private static void assertUnauthorized(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHORIZED));
    }

    @Test
    void onlyTheCurrentCredentialShouldPass() {
        rows.requireCurrent(new AgentCaller(ALICE, 2));
        rows.requireCurrent(new OperatorCaller(OPERATOR, 3));
        assertUnauthorized(() -> rows.requireCurrent(new AgentCaller(ALICE, 1)));
        assertUnauthorized(() -> rows.requireCurrent(new AgentCaller("tab_c", 2)));
        assertUnauthorized(() -> rows.requireCurrent(new OperatorCaller(OPERATOR, 4)));
        assertUnauthorized(() -> rows.requireCurrent(new OperatorCaller(new UUID(1, 2), 3)));
        rows.apply(new LogRecord.AgentTokenRotated(ALICE, 3, ByteString.EMPTY));
        rows.requireCurrent(new AgentCaller(ALICE, 3));
    }

    @Test
    void rowThatNobodyRequiredShouldBeABug() {
        assertThatThrownBy(() -> rows.queue("tab_c"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no queue row for tab_c");
        assertThatThrownBy(() -> rows.operator(new UUID(1, 2))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> rows.apply(
                        new LogRecord.MessagesLeased(ALICE, Route.PULL, LEASE, START, "worker@w", List.of(message(7)))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("message 7 was leased but did not wait");
        assertThatThrownBy(() -> rows.apply(new LogRecord.MessagesRerouted(ALICE, List.of(7L))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("messages [7] were rerouted");
    }

    @Test
    void webhookShouldDecideTheRouteAndItsCircuitToo() {
        WebhookHealth opened = new WebhookHealth(5, START.plusSeconds(9), null, List.of());
        rows.apply(new LogRecord.WebhookHealthChanged(ALICE, opened));
        assertThat(rows.agent(ALICE).orElseThrow().routeAt(START)).isEqualTo(Route.PULL);
        assertThat(rows.agent(BOB).orElseThrow().routeAt(START)).isEqualTo(Route.PUSH);
        rows.apply(new LogRecord.WebhookChanged(ALICE, "https://example.com/", 2, null));
        AgentRow changed = rows.agent(ALICE).orElseThrow();
        assertThat(changed.routeAt(START)).isEqualTo(Route.PUSH);
        assertThat(changed.webhookSecretVersion()).isEqualTo(2);
        rows.apply(new LogRecord.WebhookChanged(ALICE, null, 2, null));
        assertThat(rows.agent(ALICE).orElseThrow().hasWebhook()).isFalse();
    }

    @Test
    void blocksShouldBeCounted() {
        rows.apply(new LogRecord.SenderBlocked(ALICE, BOB));
        assertThat(rows.isBlocked(ALICE, BOB)).isTrue();
        assertThat(rows.isBlocked(BOB, ALICE)).isFalse();
        assertThat(rows.agent(ALICE).orElseThrow().blockCount()).isEqualTo(1);
        rows.apply(new LogRecord.SenderUnblocked(ALICE, BOB));
        assertThat(rows.isBlocked(ALICE, BOB)).isFalse();
        assertThat(rows.agent(ALICE).orElseThrow().blockCount()).isZero();
    }

    @Test
    void agentShouldLeaveWithEverythingThatIsItsOwnAlone() {
        for (String agent : List.of(ALICE, BOB)) {
            long seq = agent.equals(ALICE) ? 10 : 20;
            lease(agent, Route.PULL, seq);
            lease(agent, Route.PUSH, seq + 1);
            waits(agent, Route.PULL, seq + 2);
            rows.load(new DeadRow(agent, seq + 3, id(seq + 3), 10));
        }
        rows.apply(new LogRecord.AgentDeregistered(ALICE, OPERATOR, 4, 40));
        assertThat(rows.agent(ALICE)).isEmpty();
        assertThatThrownBy(() -> rows.queue(ALICE)).isInstanceOf(IllegalStateException.class);
        assertThat(rows.waiting(PULLED)).isEmpty();
        assertThat(rows.lease(10)).isEmpty();
        assertThat(rows.leaseOf(id(10))).isEmpty();
        assertThat(rows.queued(12)).isEmpty();
        assertThat(rows.deadLetter(id(13))).isEmpty();
        assertThat(rows.isPushing(ALICE)).isFalse();
        assertThat(rows.queueBytes()).isEqualTo(40);
        assertThat(rows.operator(OPERATOR)).isEqualTo(new OperatorRow(OPERATOR, 3, 1));
        assertThat(rows.waiting(new QueueRef(BOB, Route.PULL))).containsExactly(waiting(22));
        assertThat(rows.leaseOf(id(20))).isPresent();
        assertThat(rows.queued(22)).isPresent();
        assertThat(rows.deadLetter(id(23))).isPresent();
        assertThat(rows.isPushing(BOB)).isTrue();
    }

    @Test
    void sentMessageShouldCountOnItsRouteAndForItsSender() {
        rows.loadWaitingFrom(ALICE, BOB, 3);
        for (Route route : List.of(Route.PULL, Route.PUSH, Route.PUSH)) {
            rows.apply(new LogRecord.MessageSent(
                    id(9), BOB, ALICE, ByteString.ofUtf8("hello").orElseThrow(), route, null));
        }
        assertThat(rows.queue(ALICE)).isEqualTo(new QueueRow(7, 55, 3));
        assertThat(rows.queueBytes()).isEqualTo(95);
        assertThat(rows.waitingFrom(ALICE, BOB)).isEqualTo(6);
        assertThat(rows.waitingFrom(BOB, ALICE)).isZero();
    }

    @Test
    void messageShouldBeOnItsWayUntilItsPushEnds() {
        lease(ALICE, Route.PUSH, 1, 2, 3);
        assertThat(pullWaiting()).as("a push takes nothing from a pull").isEqualTo(2);
        rows.apply(new LogRecord.MessageDelivered(id(1), ALICE, DeliveryMethod.PUSH, 1, 10));
        rows.apply(new LogRecord.MessagesReturned(ALICE, Route.PUSH, List.of(message(2))));
        assertThat(rows.isPushing(ALICE)).isTrue();
        assertThat(pullWaiting()).isEqualTo(2);
        rows.apply(new LogRecord.LeaseReplaced(ALICE, Route.PUSH, LEASE, START, "nobody@", List.of(message(3))));
        assertThat(rows.isPushing(ALICE)).as("it rests").isTrue();
        rows.apply(new LogRecord.LeaseReplaced(ALICE, Route.PULL, LEASE, START, "nobody@", List.of(message(3))));
        assertThat(rows.isPushing(ALICE)).isFalse();
        assertRoute(3, Route.PULL, false);
        assertThat(rows.queue(ALICE)).isEqualTo(new QueueRow(3, 30, 2));
        assertThat(rows.queueBytes()).isEqualTo(70);
    }

    @Test
    void pushShouldEndWithItsMessageToo() {
        rows.loadPushing(ALICE, 1);
        assertThat(rows.isPushing(ALICE)).isTrue();
        assertThat(rows.isPushing(BOB)).isFalse();
        lease(ALICE, Route.PUSH, 1);
        rows.apply(new LogRecord.MessageExpired(id(1), new QueuedCopy(ALICE, 1, Route.PUSH, 10, false)));
        assertThat(rows.isPushing(ALICE)).isFalse();
        lease(ALICE, Route.PUSH, 2);
        rows.apply(new LogRecord.MessageDelivered(id(2), ALICE, DeliveryMethod.PUSH, 2, 10));
        assertThat(rows.isPushing(ALICE)).isFalse();
        lease(ALICE, Route.PUSH, 3);
        rows.apply(new LogRecord.MessagesReturned(ALICE, Route.PULL, List.of(message(3))));
        assertThat(rows.isPushing(ALICE)).isFalse();
        assertThat(pullWaiting()).isEqualTo(3);
        assertRoute(3, Route.PULL, true);
    }

    @Test
    void replacedLeaseShouldStandInPlaceOfTheOneBefore() {
        lease(ALICE, Route.PULL, 1);
        UUID other = new UUID(5, 2);
        rows.apply(new LogRecord.LeaseReplaced(
                ALICE, Route.PULL, other, START.plusSeconds(9), "worker@x", List.of(message(1))));
        assertThat(rows.leaseOf(id(1)))
                .isEqualTo(rows.lease(1))
                .contains(new LeaseRow(ALICE, Route.PULL, other, START.plusSeconds(9), "worker@x", message(1), null));
    }

    @Test
    void reroutedMessagesShouldTakeTheirOldPlaces() {
        for (long seq : new long[] {1, 4}) {
            waits(ALICE, Route.PULL, seq);
        }
        for (long seq : new long[] {2, 3, 5}) {
            waits(ALICE, Route.PUSH, seq);
        }
        rows.apply(new LogRecord.MessagesRerouted(ALICE, List.of(2L, 5L)));
        assertThat(rows.waiting(PULLED)).extracting(WaitingRow::seq).containsExactly(1L, 2L, 4L, 5L);
        assertThat(rows.waiting(PUSHED)).extracting(WaitingRow::seq).containsExactly(3L);
        assertThat(pullWaiting()).isEqualTo(4);
        assertRoute(2, Route.PULL, true);
        assertRoute(3, Route.PUSH, true);
    }

    @Test
    void droppedMessageShouldBeNowhere() {
        waits(ALICE, Route.PULL, 1);
        waits(ALICE, Route.PUSH, 2);
        waits(ALICE, Route.PULL, 3);
        rows.load(new DeadRow(ALICE, 1, id(1), 10));
        rows.load(new DeadRow(ALICE, 9, id(9), 10));
        rows.apply(new LogRecord.MessageExpired(id(1), new QueuedCopy(ALICE, 1, Route.PULL, 10, true)));
        assertThat(rows.queue(ALICE)).isEqualTo(new QueueRow(3, 30, 1));
        rows.apply(new LogRecord.MessageExpired(id(2), new QueuedCopy(ALICE, 2, Route.PUSH, 10, true)));
        assertThat(rows.queue(ALICE)).isEqualTo(new QueueRow(2, 20, 1));
        assertThat(rows.waiting(PULLED)).containsExactly(waiting(3));
        assertThat(rows.waiting(PUSHED)).isEmpty();
        assertThat(rows.queued(1)).isEmpty();
        assertThat(rows.deadLetter(id(1))).isEmpty();
        assertThat(rows.deadLetter(id(9))).as("another").isPresent();
        assertThat(rows.queueBytes()).isEqualTo(60);
        lease(ALICE, Route.PULL, 4);
        rows.apply(new LogRecord.MessageExpired(id(4), new QueuedCopy(ALICE, 4, Route.PULL, 10, false)));
        assertThat(rows.lease(4)).isEmpty();
    }

    @Test
    void deadLetterShouldStayInTheQueueUntilItIsDeletedOrWaitsAgain() {
        lease(ALICE, Route.PULL, 1, 2);
        rows.apply(new LogRecord.MessageDead(id(1), ALICE, 3, 1));
        rows.apply(new LogRecord.MessageDead(id(2), ALICE, 3, 2));
        assertThat(rows.lease(1)).isEmpty();
        assertRoute(1, Route.DEAD, true);
        assertThat(rows.deadLetter(id(1))).isEqualTo(Optional.of(new DeadRow(ALICE, 1, id(1), 10)));
        assertThat(rows.queue(ALICE)).isEqualTo(new QueueRow(4, 40, 0));
        rows.apply(new LogRecord.DeadLetterRequeued(ALICE, 1, Route.PULL));
        assertThat(rows.deadLetter(id(1))).isEmpty();
        assertThat(rows.deadLetter(id(2))).isPresent();
        assertRoute(1, Route.PULL, true);
        assertThat(pullWaiting()).isEqualTo(1);
        rows.apply(new LogRecord.DeadLetterDeleted(ALICE, 2, 10));
        assertThat(rows.deadLetter(id(2))).isEmpty();
        assertThat(rows.queued(2)).isEmpty();
        assertThat(rows.queue(ALICE)).isEqualTo(new QueueRow(3, 30, 1));
        assertThat(rows.queueBytes()).isEqualTo(70);
        rows.load(new DeadRow(ALICE, 3, id(3), 10));
        rows.apply(new LogRecord.DeadLetterRequeued(ALICE, 3, Route.PUSH));
        assertThat(pullWaiting()).isEqualTo(1);
    }

    @Test
    void deliveredMessageShouldBeInTheQueueNoMore() {
        lease(ALICE, Route.PULL, 1);
        rows.apply(new LogRecord.MessageDelivered(id(1), ALICE, DeliveryMethod.PULL, 1, 10));
        assertThat(rows.queued(1)).isEmpty();
        assertThat(rows.lease(1)).isEmpty();
    }

    @Test
    void sharesOfSendersShouldBeCountedFromTheDepthWhereTheyMayBeTooLarge() {
        Requirements required = new Requirements();
        required.senderShare(ALICE, BOB, 5);
        required.senderShare(ALICE, BOB, 5);
        required.senderShare(ALICE, "tab_c", 5);
        assertThat(required.senderShares().get(ALICE)).isEqualTo(new SenderShares(Set.of(BOB, "tab_c"), 3));
        assertThat(required.queues()).containsExactly(ALICE);
        required.caller(new OperatorCaller(OPERATOR, 1));
        assertThat(required.operators()).containsExactly(OPERATOR);
    }

    @Test
    void messagesShouldBePushedOnlyWhileTheCircuitIsClosed() {
        AgentRow row = new AgentRow("tab_a", new UUID(1, 1), 1, true, 1, 0);
        assertThat(row.routeAt(START)).isEqualTo(Route.PUSH);
        assertThat(row.withOpenUntil(START.plusNanos(1)).routeAt(START)).isEqualTo(Route.PULL);
        assertThat(row.withOpenUntil(START).routeAt(START)).isEqualTo(Route.PUSH);
        assertThat(row.withWebhook(false, 1).routeAt(START)).isEqualTo(Route.PULL);
        assertThat(row.withOpenUntil(START.plusSeconds(9)).withWebhook(true, 2).routeAt(START))
                .as("of another webhook")
                .isEqualTo(Route.PUSH);
    }

    @Test
    void boundsOfTheWritePathShouldBePositive() {
        assertThat(new CommitSettings(1, 1, 1, 1, 1).batchMax()).isEqualTo(1);
        assertThatThrownBy(() -> new CommitSettings(0, 1, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CommitSettings(1, 0, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CommitSettings(1, 1, 0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CommitSettings(1, 1, 1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CommitSettings(1, 1, 1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
