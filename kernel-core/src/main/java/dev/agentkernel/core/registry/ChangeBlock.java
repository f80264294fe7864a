package dev.agentkernel.core.registry;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.AgentRow;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import org.jspecify.annotations.Nullable;

/** Has the caller refuse a sender's messages, or take them again; answers whether that changed anything. */
record ChangeBlock(AgentCaller caller, String sender, boolean blocked, long blocksMax) implements Mutation<Boolean> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        requirements.agent(sender);
        requirements.block(caller.address(), sender);
    }

    /** Whoever is flooded must be able to say no when the disk is full of it. */
    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<Boolean> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        if (rows.isBlocked(caller.address(), sender) == blocked) {
            return Decision.unchanged(stamp -> false);
        }
        if (!blocked) {
            return Decision.of(new LogRecord.SenderUnblocked(caller.address(), sender), stamp -> true);
        }
        if (rows.agent(sender).isEmpty()) {
            throw AgentRegistry.unknownAgent();
        }
        AgentRow agent = rows.agent(caller.address()).orElseThrow();
        if (agent.blockCount() >= blocksMax) {
            throw new RefusedException(
                    ErrorCode.CONFLICT,
                    "This agent blocks " + agent.blockCount() + " others; at most " + blocksMax + " are allowed.");
        }
        return Decision.of(new LogRecord.SenderBlocked(caller.address(), sender), stamp -> true);
    }
}
