package dev.agentkernel.core.registry;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;

/** Replaces an operator's key; answers with the version of the new one. */
record RotateOperatorKey(OperatorCaller caller, ByteString newKeyDigest) implements Mutation<Integer> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
    }

    @Override
    public Decision<Integer> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        int version = caller.credentialVersion() + 1;
        return Decision.of(
                new LogRecord.OperatorKeyRotated(caller.operatorId(), version, newKeyDigest), stamp -> version);
    }
}
