package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Removes what the caller's workers hold from its queue, as delivered. */
record AcknowledgeLeases(AgentCaller caller, NamedLeases leases, DeliveryMethod method)
        implements Mutation<LeaseChanges> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        leases.require(caller.address(), requirements);
        requirements.queueTotals();
    }

    @Override
    public int contentBytes() {
        return leases.weight();
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<LeaseChanges> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        NamedLeases.Found found = leases.find(rows, caller.address());
        List<LogRecord> delivered = found.messages().stream()
                .<LogRecord>map(message -> new LogRecord.MessageDelivered(
                        message.messageId(), caller.address(), method, message.seq(), message.contentBytes()))
                .toList();
        LeaseChanges answer = found.changes();
        return new Decision<>(delivered, stamp -> answer);
    }
}
