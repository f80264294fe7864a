package dev.agentkernel.core.messages;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.List;

/** Removes what the caller's workers hold from its queue, as delivered. */
record AcknowledgeLeases(AgentCaller caller, NamedLeases leases, DeliveryMethod method) implements LeaseMutation {

    @Override
    public void require(Requirements requirements) {
        LeaseMutation.super.require(requirements);
        requirements.queueTotals();
    }

    @Override
    public List<LogRecord> records(WorkingSet rows, NamedLeases.Found found) {
        return found.messages().stream()
                .<LogRecord>map(message -> new LogRecord.MessageDelivered(
                        message.messageId(), caller.address(), method, message.seq(), message.contentBytes()))
                .toList();
    }
}
