package dev.agentkernel.core.registry;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import org.jspecify.annotations.Nullable;

/** Removes an agent of the operator with everything that is kept for it; answers whether there was such an agent. */
record DeregisterAgent(OperatorCaller caller, String address) implements Mutation<Boolean> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        requirements.queue(address);
        requirements.queueTotals();
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<Boolean> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        boolean own = rows.agent(address)
                .filter(agent -> agent.operatorId().equals(caller.operatorId()))
                .isPresent();
        if (!own) {
            return Decision.unchanged(stamp -> false);
        }
        QueueRow queue = rows.queue(address);
        return Decision.of(
                new LogRecord.AgentDeregistered(address, caller.operatorId(), queue.depth(), queue.bytes()),
                stamp -> true);
    }
}
