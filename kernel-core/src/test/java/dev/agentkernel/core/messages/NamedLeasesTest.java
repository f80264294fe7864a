package dev.agentkernel.core.messages;

import static dev.agentkernel.core.memory.SettableClock.START;
import static dev.agentkernel.core.messages.Agents.ALICE;
import static dev.agentkernel.core.messages.Agents.BOB;
import static dev.agentkernel.core.messages.Agents.id;
import static dev.agentkernel.core.messages.Agents.outdated;
import static dev.agentkernel.core.messages.Agents.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.AgentRow;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Decided;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NamedLeasesTest {

    private static final UUID CLAIM = new UUID(5, 1);
    private static final UUID OTHER_CLAIM = new UUID(5, 2);
    private static final UUID REST = new UUID(5, 3);
    private static final String WORKER = "worker@w";
    private static final int UNLIMITED = MessagingSettings.ATTEMPTS_UNLIMITED;

    private final WorkingSet rows = rows(ALICE, BOB);

    /** Messages 1 and 2 under one claim, 3 under another, 4 on its way in an answer, 5 in another queue. */
    @BeforeEach
    void leaseMessages() {
        lease(ALICE.address(), CLAIM, WORKER, message(1, 1), null);
        lease(ALICE.address(), CLAIM, WORKER, message(2, 2), null);
        lease(ALICE.address(), OTHER_CLAIM, "socket@me", message(3, 3), null);
        lease(ALICE.address(), CLAIM, "take@me", message(4, 4), null);
        lease(BOB.address(), CLAIM, WORKER, message(5, 1), null);
        rows.loadQueue(ALICE.address(), new QueueRow(4, 40, 0));
        rows.loadQueue(BOB.address(), new QueueRow(1, 10, 0));
        rows.loadQueueTotals(50);
    }

    private void lease(
            String recipient, UUID claim, String holder, LeasedMessage message, @Nullable Instant expiresAt) {
        rows.load(new LeaseRow(recipient, Route.PULL, claim, START.plusSeconds(9), holder, message, expiresAt));
    }

    private static LeasedMessage message(int seq, int attempt) {
        return new LeasedMessage(seq, id(seq), 10, attempt);
    }

    private static NamedLeases messages(int... seqs) {
        return NamedLeases.ofMessages(Arrays.stream(seqs).mapToObj(Agents::id).toList());
    }

    private static AcknowledgeLeases acknowledge(NamedLeases named) {
        return new AcknowledgeLeases(ALICE, named, DeliveryMethod.PULL);
    }

    private static ReturnLeases giveBack(NamedLeases named, Rest rest, int attemptsMax) {
        return new ReturnLeases(ALICE, named, rest, attemptsMax);
    }

    @Test
    void onlyWhatAcknowledgesShouldBeFoundAndOnlyInTheCallersQueue() {
        Decided decided = Decided.of(rows, acknowledge(messages(3, 5, 4, 1, 3, 9)));
        assertThat(decided.answer(0)).isEqualTo(new LeaseChanges(List.of(id(3), id(1)), List.of(id(5), id(4), id(9))));
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.MessageDelivered(id(3), ALICE.address(), DeliveryMethod.PULL, 3, 10),
                        new LogRecord.MessageDelivered(id(1), ALICE.address(), DeliveryMethod.PULL, 1, 10));
        assertThat(rows.queueBytes()).isEqualTo(30);
    }

    @Test
    void leaseShouldNameItsMessageOnlyUnderItsOwnClaim() {
        UUID current = LeaseIds.of(1, CLAIM);
        UUID stale = LeaseIds.of(2, OTHER_CLAIM);
        Decided decided = Decided.of(rows, acknowledge(NamedLeases.of(List.of(current, stale, id(2)))));
        assertThat(decided.answer(0)).isEqualTo(new LeaseChanges(List.of(current), List.of(stale, id(2))));
        assertThat(decided.records()).hasSize(1);
    }

    @Test
    void extendingShouldLeaveOneRecordForEachClaim() {
        Decided decided = Decided.of(rows, new ExtendLeases(ALICE, messages(1, 3, 2, 4), Duration.ofSeconds(60)));
        assertThat(decided.answer(0)).isEqualTo(new LeaseChanges(List.of(id(1), id(3), id(2)), List.of(id(4))));
        Instant until = START.plusSeconds(60);
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.LeaseReplaced(
                                ALICE.address(),
                                Route.PULL,
                                CLAIM,
                                until,
                                WORKER,
                                List.of(message(1, 1), message(2, 2))),
                        new LogRecord.LeaseReplaced(
                                ALICE.address(), Route.PULL, OTHER_CLAIM, until, "socket@me", List.of(message(3, 3))));
    }

    @Test
    void whatIsGivenBackShouldWaitAgainOrRest() {
        Decided decided = Decided.of(
                rows,
                giveBack(messages(1), Rest.NONE, UNLIMITED),
                giveBack(messages(2), new Rest(Duration.ofSeconds(5), REST), UNLIMITED));
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.MessagesReturned(ALICE.address(), Route.PULL, List.of(message(1, 1))),
                        new LogRecord.LeaseReplaced(
                                ALICE.address(),
                                Route.PULL,
                                REST,
                                START.plusSeconds(5),
                                "nobody@",
                                List.of(message(2, 2))));
        assertThat(rows.queue(ALICE.address()).pullWaiting()).isEqualTo(1);
    }

    @Test
    void whatWasHandedOutTooOftenShouldBeADeadLetterAndNothingElse() {
        Decided decided = Decided.of(rows, giveBack(messages(1, 2, 3), Rest.NONE, 2));
        assertThat(decided.answer(0)).isEqualTo(new LeaseChanges(List.of(id(1), id(2), id(3)), List.of()));
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.MessageDead(id(2), ALICE.address(), 2, 2),
                        new LogRecord.MessageDead(id(3), ALICE.address(), 3, 3),
                        new LogRecord.MessagesReturned(ALICE.address(), Route.PULL, List.of(message(1, 1))));
    }

    @Test
    void whatExpiredInTheHandsOfAWorkerShouldLeaveInsteadOfDying() {
        lease(ALICE.address(), CLAIM, WORKER, message(1, 9), START);
        lease(ALICE.address(), CLAIM, WORKER, message(2, 9), START.plusNanos(1));
        Decided decided = Decided.of(rows, giveBack(messages(1, 2), Rest.NONE, 9));
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.MessageExpired(id(1), new QueuedCopy(ALICE.address(), 1, Route.PULL, 10, false)),
                        new LogRecord.MessageDead(id(2), ALICE.address(), 9, 2));
        assertThat(rows.queue(ALICE.address())).isEqualTo(new QueueRow(3, 30, 0));
    }

    @Test
    void whatNobodyAcknowledgesShouldNeverDie() {
        ReturnMessages answer = new ReturnMessages(ALICE.address(), CLAIM, List.of(4L), false, 1);
        assertThat(Decided.of(rows, answer).records())
                .containsExactly(new LogRecord.MessagesReturned(ALICE.address(), Route.PULL, List.of(message(4, 4))));
    }

    @Test
    void pushThatFailedShouldBePushedAgainOnlyWhereThereIsAWebhook() {
        for (boolean hasWebhook : new boolean[] {true, false}) {
            for (Route onto : Arrays.asList(Route.PULL, Route.PUSH, null)) {
                WorkingSet pushes = rows(ALICE);
                pushes.load(new AgentRow(ALICE.address(), id(9), 1, hasWebhook, 1, 0));
                pushes.load(new LeaseRow(ALICE.address(), Route.PUSH, CLAIM, START, "push@me", message(6, 1), null));
                ReturnMessages failed =
                        new ReturnMessages(ALICE.address(), CLAIM, List.of(6L), false, onto, Rest.NONE, UNLIMITED);
                Route expected = hasWebhook && onto != Route.PULL ? Route.PUSH : Route.PULL;
                assertThat(Decided.of(pushes, failed).records())
                        .containsExactly(
                                new LogRecord.MessagesReturned(ALICE.address(), expected, List.of(message(6, 1))));
            }
        }
        Requirements required = new Requirements();
        new ReturnMessages(ALICE.address(), CLAIM, List.of(6L), false).require(required);
        assertThat(required.leasedMessages()).containsExactly(6L);
        assertThat(required.needsQueueTotals()).isTrue();
    }

    @Test
    void anOutdatedCredentialShouldChangeNothing() {
        Decided decided = Decided.of(
                rows,
                new AcknowledgeLeases(outdated(ALICE), messages(1), DeliveryMethod.PULL),
                new ReturnLeases(outdated(ALICE), messages(1), Rest.NONE, UNLIMITED),
                new ExtendLeases(outdated(ALICE), messages(1), Duration.ofSeconds(1)));
        assertThat(decided.codes()).hasSize(3).containsOnly(ErrorCode.UNAUTHORIZED);
        assertThat(decided.records()).isEmpty();
    }

    @Test
    void oneToAThousandShouldBeNamedAtOnce() {
        assertThat(NamedLeases.of(Collections.nCopies(1_000, CLAIM)).ids()).hasSize(1_000);
        assertThatThrownBy(() -> NamedLeases.of(List.of())).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> NamedLeases.of(Collections.nCopies(1_001, CLAIM)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("1001 ids");
    }

    @Test
    void theyShouldRequireEveryRowThatTheyLookAtAndGoOnFromTheReserve() {
        NamedLeases byLease = NamedLeases.of(List.of(LeaseIds.of(1, CLAIM), LeaseIds.of(9_999_999, CLAIM)));
        Requirements required = new Requirements();
        acknowledge(byLease).require(required);
        assertThat(required.agents()).containsExactly(ALICE.address());
        assertThat(required.queues()).containsExactly(ALICE.address());
        assertThat(required.leasedMessages()).containsExactlyInAnyOrder(1L, 9_999_999L);
        assertThat(required.needsQueueTotals()).isTrue();
        Requirements returning = new Requirements();
        giveBack(messages(1, 2), Rest.NONE, UNLIMITED).require(returning);
        assertThat(returning.agents()).containsExactly(ALICE.address());
        assertThat(returning.leasedMessageIds()).containsExactlyInAnyOrder(id(1), id(2));
        assertThat(returning.needsQueueTotals()).isTrue();
        assertThat(acknowledge(byLease).contentBytes()).isEqualTo(2 * 128);
        assertThat(acknowledge(byLease).refusalWhenSpaceIsLow()).isNull();
    }
}
