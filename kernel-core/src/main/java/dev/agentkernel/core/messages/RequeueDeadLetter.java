package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.DeadRow;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lets a dead letter of the caller's wait again, on the way that messages to the caller go at present; answers whether there was such
 * a letter.
 */
record RequeueDeadLetter(AgentCaller caller, UUID messageId) implements Mutation<Boolean> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        requirements.deadLetter(caller.address(), messageId);
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<Boolean> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        Optional<DeadRow> letter = DeadLetters.own(rows, caller, messageId);
        if (letter.isEmpty()) {
            return Decision.unchanged(stamp -> false);
        }
        Route route = rows.agent(caller.address())
                .map(agent -> agent.routeAt(rows.now()))
                .orElse(Route.PULL);
        return Decision.of(
                new LogRecord.DeadLetterRequeued(caller.address(), letter.get().seq(), route), stamp -> true);
    }
}
