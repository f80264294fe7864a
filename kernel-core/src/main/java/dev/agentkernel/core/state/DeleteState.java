package dev.agentkernel.core.state;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.StateRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Removes a key, if it exists and the precondition holds. */
record DeleteState(AgentCaller caller, String key, Precondition precondition) implements Mutation<StateChange> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        requirements.stateKey(key);
        requirements.stateTotals();
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<StateChange> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        // A precondition counts only where the request would succeed without it (RFC 9110, 13.2.1): absence comes
        // first.
        StateRow before = rows.state(key)
                .orElseThrow(
                        () -> new RefusedException(ErrorCode.NOT_FOUND, "There is no such key in the state store."));
        if (!precondition.holdsFor(Optional.of(before.version()))) {
            throw new RefusedException(
                    ErrorCode.PRECONDITION_FAILED, "The key is not in the state that the precondition demands.");
        }
        return Decision.of(
                new LogRecord.StateDeleted(key, caller.address(), before.valueBytes()),
                stamp -> new StateChange(key, caller.address(), stamp.time(), stamp.firstSeq()));
    }
}
