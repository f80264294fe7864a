package dev.agentkernel.core.messages;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.List;

/**
 * Gives what the caller's workers hold back to its queue, each message at its old place, at once or when it is due.
 *
 * @param attemptsMax how often a message may be handed out; what was handed out as often is a dead letter
 */
record ReturnLeases(AgentCaller caller, NamedLeases leases, Rest rest, int attemptsMax) implements LeaseMutation {

    @Override
    public void require(Requirements requirements) {
        LeaseMutation.super.require(requirements);
        GiveBack.require(requirements);
    }

    @Override
    public List<LogRecord> records(WorkingSet rows, NamedLeases.Found found) {
        GiveBack giveBack = new GiveBack(caller.address(), Route.PULL, rest, attemptsMax);
        return giveBack.records(rows, List.copyOf(found.held().values()));
    }
}
