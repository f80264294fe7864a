package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.WaitingRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Leases the oldest waiting messages of a queue: at most a number of them, and at most an amount of content unless the first alone
 * is larger.
 *
 * @param caller whose queue it must be; {@code null} for the kernel's own delivery to webhooks
 */
record LeaseMessages(
        @Nullable AgentCaller caller,
        QueueRef queue,
        UUID leaseId,
        int messagesMax,
        long contentBytesMax,
        Duration lease,
        LeaseHolder holder)
        implements Mutation<MessageLease> {

    /** Leases messages that wait to be pulled by the caller itself. */
    static LeaseMessages forPull(
            AgentCaller caller,
            UUID leaseId,
            int messagesMax,
            long contentBytesMax,
            Duration lease,
            LeaseHolder holder) {
        return new LeaseMessages(
                caller,
                new QueueRef(caller.address(), Route.PULL),
                leaseId,
                messagesMax,
                contentBytesMax,
                lease,
                holder);
    }

    @Override
    public void require(Requirements requirements) {
        if (caller != null) {
            requirements.caller(caller);
        }
        requirements.claim(queue.recipient(), queue.route(), messagesMax);
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<MessageLease> decide(WorkingSet rows) {
        if (caller != null) {
            rows.requireCurrent(caller);
        }
        // One push at a time, over all processes: the next would overtake it.
        boolean busy = queue.route() == Route.PUSH && rows.isPushing(queue.recipient());
        List<LeasedMessage> leased = busy ? List.of() : choose(rows.waiting(queue));
        Instant until = rows.now().plus(lease);
        MessageLease answer =
                new MessageLease(queue.recipient(), leaseId, until, leased, Math.max(0, waiting(rows) - leased.size()));
        if (leased.isEmpty()) {
            return Decision.unchanged(stamp -> answer);
        }
        return Decision.of(
                new LogRecord.MessagesLeased(queue.recipient(), queue.route(), leaseId, until, holder.name(), leased),
                stamp -> answer);
    }

    /** How many wait to be pulled; those on other routes are not counted. */
    private long waiting(WorkingSet rows) {
        return queue.route() == Route.PULL && rows.agent(queue.recipient()).isPresent()
                ? rows.queue(queue.recipient()).pullWaiting()
                : 0;
    }

    private List<LeasedMessage> choose(List<WaitingRow> waiting) {
        List<LeasedMessage> chosen = new ArrayList<>();
        long bytes = 0;
        for (WaitingRow row : waiting) {
            bytes += row.contentBytes();
            if (chosen.size() == messagesMax || (bytes > contentBytesMax && !chosen.isEmpty())) {
                break;
            }
            chosen.add(new LeasedMessage(row.seq(), row.messageId(), row.contentBytes(), row.attempts() + 1));
        }
        return List.copyOf(chosen);
    }
}
