package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import org.jspecify.annotations.Nullable;

/** Gives what the caller's workers hold back to its queue, each message at its old place, at once or when it is due. */
record ReturnLeases(AgentCaller caller, NamedLeases leases, Rest rest) implements Mutation<LeaseChanges> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        leases.require(caller.address(), requirements);
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
        return new Decision<>(rest.records(rows, caller.address(), Route.PULL, found.messages()), stamp -> answer);
    }
}
