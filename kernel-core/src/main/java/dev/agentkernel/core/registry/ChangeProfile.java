package dev.agentkernel.core.registry;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;

/** Sets what the caller says about itself; answers with it. */
record ChangeProfile(AgentCaller caller, AgentProfile profile) implements Mutation<AgentProfile> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
    }

    @Override
    public Decision<AgentProfile> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        return Decision.of(
                new LogRecord.ProfileChanged(caller.address(), profile.isEmpty() ? null : profile), stamp -> profile);
    }
}
