package dev.agentkernel.core.messages;

import static dev.agentkernel.core.messages.Agents.ALICE;
import static dev.agentkernel.core.messages.Agents.BOB;
import static dev.agentkernel.core.messages.Agents.content;
import static dev.agentkernel.core.messages.Agents.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.events.LogRecord;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LeaseKeeperTest extends MessagesFixture {

    private static final LeaseHolder ME = LeaseHolder.takesOf("me");
    private static final QueueDepth ONE_IN_HAND = new QueueDepth(1, 1, 0);
    private static final QueueDepth ONE_WAITING = new QueueDepth(1, 1, 1);

    private final LeaseKeeper keeper =
            new LeaseKeeper(running.commits(), storage.messages(), MessagingSettings.DEFAULT);
    private int leases;

    /** Sends so many messages to Alice and leases them all. */
    private MessageLease lease(int messages, Duration duration, LeaseHolder leasedBy) {
        for (int i = 0; i < messages; i++) {
            SendMessage send = new SendMessage(
                    BOB,
                    id(++leases),
                    ALICE.address(),
                    content("x"),
                    MessageContext.NONE,
                    null,
                    MessagingSettings.DEFAULT);
            // Only what was committed in an earlier batch can be leased.
            if (i < messages - 1) {
                running.commits().submit(send);
            } else {
                running.commits().commit(send);
            }
        }
        MessageLease lease = running.commits()
                .commit(LeaseMessages.forPull(ALICE, new UUID(3, ++leases), messages, 1_000_000, duration, leasedBy));
        assertThat(lease.messages()).hasSize(messages);
        return lease;
    }

    private MessageLease lease() {
        return lease(1, Duration.ofSeconds(60), ME);
    }

    private void confirm(MessageLease lease) {
        keeper.confirm(new AcknowledgeMessages(lease.recipient(), lease.leaseId(), lease.seqs(), DeliveryMethod.PULL));
    }

    private void giveBack(MessageLease lease) {
        keeper.giveBack(new ReturnMessages(lease.recipient(), lease.leaseId(), lease.seqs(), false));
    }

    private QueueDepth depth() {
        return storage.messages().depth(ALICE.address());
    }

    @Test
    void confirmingRemovesTheMessagesAsPulled() {
        confirm(lease());
        assertThat(depth()).isEqualTo(QueueDepth.EMPTY);
        assertThat(storage.history().getLast().record())
                .isInstanceOfSatisfying(
                        LogRecord.MessageDelivered.class,
                        delivered -> assertThat(delivered.method()).isEqualTo(DeliveryMethod.PULL));
    }

    @Test
    void givingBackMakesThemWaitAgain() {
        giveBack(lease());
        assertThat(depth()).isEqualTo(ONE_WAITING);
    }

    @Test
    void aConfirmationThatTheStorageRefusedIsTriedAgainUntilItIsCommitted() {
        MessageLease lease = lease();
        storageIsAwayFor(3);
        confirm(lease);
        assertThat(depth()).isEqualTo(ONE_IN_HAND);
        keeper.runOnce();
        keeper.runOnce();
        assertThat(depth()).as("still away").isEqualTo(ONE_IN_HAND);
        keeper.runOnce();
        assertThat(depth()).isEqualTo(QueueDepth.EMPTY);
        int records = storage.history().size();
        keeper.runOnce();
        assertThat(storage.history()).as("and no more than once").hasSize(records);
    }

    @Test
    void aConfirmationWinsOverTheSweepOfItsOwnLease() {
        MessageLease lease = lease();
        storageIsAwayFor(1);
        confirm(lease);
        clock.advance(Duration.ofMinutes(2));
        assertThat(keeper.runOnce()).as("leases that ran out").isZero();
        assertThat(depth()).isEqualTo(QueueDepth.EMPTY);
    }

    @Test
    void givingBackIsTriedAgainToo() {
        MessageLease lease = lease();
        storageIsAwayFor(1);
        giveBack(lease);
        assertThat(depth()).isEqualTo(ONE_IN_HAND);
        keeper.runOnce();
        assertThat(depth()).isEqualTo(ONE_WAITING);
    }

    @Test
    void postponedEndingsOfManyQueuesAreCommittedTogether() {
        MessageLease first = lease();
        MessageLease second = lease();
        storageIsAwayFor(2);
        confirm(first);
        giveBack(second);
        assertThat(depth()).isEqualTo(new QueueDepth(2, 2, 0));
        keeper.runOnce();
        assertThat(depth()).isEqualTo(ONE_WAITING);
    }

    @Test
    void settlingAQueueCommitsWhatWasPostponedForItOrRefuses() {
        MessageLease lease = lease();
        storageIsAwayFor(2);
        giveBack(lease);
        keeper.settle(BOB.address());
        assertThat(depth()).as("of another queue").isEqualTo(ONE_IN_HAND);
        assertThatThrownBy(() -> keeper.settle(ALICE.address())).isInstanceOf(RefusedException.class);
        keeper.settle(ALICE.address());
        assertThat(depth()).isEqualTo(ONE_WAITING);
        int records = storage.history().size();
        keeper.settle(ALICE.address());
        keeper.runOnce();
        assertThat(storage.history()).as("and no more than once").hasSize(records);
    }

    @Test
    void sweepingGivesBackWhatRanOutAndNothingElse() {
        lease(3, Duration.ofSeconds(10), LeaseHolder.worker("1"));
        lease(2, Duration.ofSeconds(20), LeaseHolder.worker("2"));
        clock.advance(Duration.ofSeconds(9));
        assertThat(keeper.runOnce()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(keeper.runOnce()).isEqualTo(3);
        assertThat(depth()).isEqualTo(new QueueDepth(5, 5, 3));
        clock.advance(Duration.ofSeconds(10));
        assertThat(keeper.runOnce()).isEqualTo(2);
        assertThat(depth()).isEqualTo(new QueueDepth(5, 5, 5));
        assertThat(keeper.runOnce()).isZero();
    }

    @Test
    void aSweepThatTheStorageRefusesIsLeftForTheNextRound() {
        lease(1, Duration.ofSeconds(10), ME);
        clock.advance(Duration.ofSeconds(10));
        storageIsAwayFor(1);
        assertThat(keeper.runOnce()).isZero();
        assertThat(keeper.runOnce()).isEqualTo(1);
        assertThat(depth()).isEqualTo(ONE_WAITING);
    }

    @Test
    void atTheStartOnlyWhatThisProcessHeldIsGivenBackHoweverMuchItIs() {
        lease(2_100, Duration.ofHours(1), ME);
        lease(2, Duration.ofHours(1), LeaseHolder.takesOf("other"));
        keeper.giveBackAllHeldBy(ME);
        assertThat(depth()).isEqualTo(new QueueDepth(2_102, 2_102, 2_100));
        assertThat(storage.messages().leasesHeldBy("take@other", 0, 10)).hasSize(2);
    }

    @Test
    void aStorageThatIsAwayAtTheStartIsNotHidden() {
        lease();
        storageIsAwayFor(1);
        assertThatThrownBy(() -> keeper.giveBackAllHeldBy(ME)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aLateConfirmationAfterTheSweepTakesNothingAway() {
        MessageLease late = lease(1, Duration.ofSeconds(1), ME);
        clock.advance(Duration.ofSeconds(1));
        keeper.runOnce();
        confirm(late);
        assertThat(depth()).isEqualTo(ONE_WAITING);
    }
}
