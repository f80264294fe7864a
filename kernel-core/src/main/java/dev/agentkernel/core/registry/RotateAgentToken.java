package dev.agentkernel.core.registry;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import org.jspecify.annotations.Nullable;

/** Replaces an agent's token; answers with the version of the new one. */
record RotateAgentToken(AgentCaller caller, ByteString newTokenDigest) implements Mutation<Integer> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
    }

    /** Whoever fears that a token leaked must not wait for space. */
    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<Integer> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        int version = caller.credentialVersion() + 1;
        return Decision.of(
                new LogRecord.AgentTokenRotated(caller.address(), version, newTokenDigest), stamp -> version);
    }
}
