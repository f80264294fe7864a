package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives what the caller's workers hold back to its queue, each message at its old place, at once or when it is due.
 *
 * @param attemptsMax how often a message may be handed out; what was handed out as often is a dead letter
 */
record ReturnLeases(AgentCaller caller, NamedLeases leases, Rest rest, int attemptsMax)
        implements Mutation<LeaseChanges> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        leases.require(caller.address(), requirements);
        GiveBack.require(requirements);
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
        LeaseChanges answer = found.changes();
        GiveBack giveBack = new GiveBack(caller.address(), Route.PULL, rest, attemptsMax);
        return new Decision<>(giveBack.records(rows, List.copyOf(found.held().values())), stamp -> answer);
    }
}
