package dev.agentkernel.core.messages;

import static dev.agentkernel.core.memory.SettableClock.START;
import static dev.agentkernel.core.messages.Agents.ALICE;
import static dev.agentkernel.core.messages.Agents.BOB;
import static dev.agentkernel.core.messages.Agents.content;
import static dev.agentkernel.core.messages.Agents.id;
import static dev.agentkernel.core.messages.Agents.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.QueuedRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Decided;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageExpiryTest extends MessagesFixture {

    private static final Duration SHORT = Duration.ofSeconds(1);

    private final MessageExpiry expiry = new MessageExpiry(running.commits(), storage.messages());

    private void send(AgentCaller to, int messages, @Nullable Duration timeToLive) {
        MessageContext context = new MessageContext(null, null, timeToLive);
        running.leave(IntStream.range(0, messages)
                .mapToObj(i -> new LogRecord.MessageSent(
                        id(i), BOB.address(), to.address(), content("x"), context, Route.PULL, null))
                .toArray(LogRecord[]::new));
    }

    private long depth(AgentCaller agent) {
        return storage.messages().depth(agent.address()).messages();
    }

    @Test
    void onlyWhatHasExpiredShouldBeRemoved() {
        send(ALICE, 2, SHORT);
        send(ALICE, 1, Duration.ofSeconds(9));
        send(ALICE, 1, null);
        send(BOB, 1, SHORT);
        assertThat(expiry.runOnce()).isZero();
        clock.advance(SHORT);
        assertThat(expiry.runOnce()).isEqualTo(3);
        assertThat(depth(ALICE)).isEqualTo(2);
        assertThat(depth(BOB)).isZero();
        assertThat(expiry.runOnce()).isZero();
    }

    @Test
    void oneRoundShouldRemoveSoManyAndLeaveTheRestForTheNext() {
        send(ALICE, 10_001, SHORT);
        clock.advance(SHORT);
        assertThat(expiry.runOnce()).isEqualTo(10_000);
        assertThat(expiry.runOnce()).isEqualTo(1);
    }

    @Test
    void roundThatTheStorageRefusesShouldBeLeftForTheNext() {
        send(ALICE, 1, SHORT);
        clock.advance(SHORT);
        storageIsAwayFor(1);
        assertThat(expiry.runOnce()).isZero();
        assertThat(expiry.runOnce()).isEqualTo(1);
    }

    private static QueuedRow queued(int seq, AgentCaller recipient, @Nullable Instant expiresAt) {
        return new QueuedRow(recipient.address(), seq, id(seq), Route.PULL, 10, true, expiresAt);
    }

    @Test
    void messageShouldExpireInItsLastInstantAndOnlyWhileItWaitsInTheQueue() {
        WorkingSet rows = rows(ALICE, BOB);
        rows.loadQueue(ALICE.address(), new QueueRow(4, 40, 3));
        rows.load(queued(1, ALICE, START));
        rows.load(queued(2, ALICE, START.plusNanos(1)));
        rows.load(queued(3, ALICE, null));
        rows.load(queued(4, BOB, START));
        rows.load(queued(5, ALICE, START));
        rows.load(new LeaseRow(
                ALICE.address(), Route.PULL, id(99), START, "worker@w", new LeasedMessage(5, id(5), 10, 1), START));
        ExpireMessages expire = new ExpireMessages(ALICE.address(), List.of(1L, 2L, 3L, 4L, 5L, 6L));
        Decided decided = Decided.of(rows, expire);
        assertThat(decided.answer(0)).isEqualTo(1);
        assertThat(decided.records())
                .containsExactly(
                        new LogRecord.MessageExpired(id(1), new QueuedCopy(ALICE.address(), 1, Route.PULL, 10, true)));
        assertThat(rows.queue(ALICE.address())).isEqualTo(new QueueRow(3, 30, 2));
        Requirements required = new Requirements();
        expire.require(required);
        assertThat(required.queuedMessages()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(required.needsQueueTotals()).isTrue();
        assertThat(expire.refusalWhenSpaceIsLow()).isNull();
    }
}
