package dev.agentkernel.core.registry;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.UUID;

/** Makes an operator; its id and its key were made by the caller, so the answer is known beforehand. */
record RegisterOperator(UUID operatorId, String contactHash, boolean acceptedTerms, ByteString keyDigest)
        implements Mutation<UUID> {

    @Override
    public void require(Requirements requirements) {}

    @Override
    public Decision<UUID> decide(WorkingSet rows) {
        return Decision.of(
                new LogRecord.OperatorCreated(operatorId, contactHash, acceptedTerms, keyDigest), stamp -> operatorId);
    }
}
