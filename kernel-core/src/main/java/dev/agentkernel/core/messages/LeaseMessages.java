package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.commit.WorkingSet.WaitingRow;
import dev.agentkernel.core.events.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Leases the oldest waiting messages of the caller's own queue: at most a number of them, and at most an amount of content
 * unless the first alone is larger.
 */
record LeaseMessages(
        AgentCaller caller, UUID leaseId, int messagesMax, long contentBytesMax, Duration lease, String leasedBy)
        implements Mutation<MessageLease> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        requirements.claim(caller.address(), Route.PULL, messagesMax);
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<MessageLease> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        List<LeasedMessage> leased = choose(rows.waiting(new QueueRef(caller.address(), Route.PULL)));
        long remaining = rows.queue(caller.address()).pullWaiting() - leased.size();
        MessageLease answer = new MessageLease(caller.address(), leaseId, leased, remaining);
        if (leased.isEmpty()) {
            return Decision.unchanged(stamp -> answer);
        }
        return Decision.of(
                new LogRecord.MessagesLeased(
                        caller.address(), Route.PULL, leaseId, rows.now().plus(lease), leasedBy, leased),
                stamp -> answer);
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
