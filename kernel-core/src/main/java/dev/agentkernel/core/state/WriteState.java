package dev.agentkernel.core.state;

import dev.agentkernel.core.ByteString;
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

/** Sets a key to a value, if the precondition holds and the store has room. */
record WriteState(AgentCaller caller, String key, ByteString value, Precondition precondition, long capacityBytes)
        implements Mutation<StateChange> {

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        requirements.stateKey(key);
        requirements.stateTotals();
    }

    @Override
    public int contentBytes() {
        return value.size();
    }

    @Override
    public Decision<StateChange> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        Optional<StateRow> before = rows.state(key);
        if (!precondition.holdsFor(before.map(StateRow::version))) {
            throw new RefusedException(
                    ErrorCode.PRECONDITION_FAILED, "The key is not in the state that the precondition demands.");
        }
        long growth = StateFootprint.of(key, value.size())
                - before.map(row -> StateFootprint.of(key, row.valueBytes())).orElse(0L);
        if (growth > 0 && rows.stateBytes() + growth > capacityBytes) {
            throw new RefusedException(
                    ErrorCode.STORE_FULL,
                    "The state store holds " + rows.stateBytes() + " of " + capacityBytes
                            + " bytes; there is no room for " + growth + " more.");
        }
        int previous = before.map(StateRow::valueBytes).orElse(-1);
        return Decision.of(
                new LogRecord.StateWritten(key, value, caller.address(), previous),
                stamp -> new StateChange(key, caller.address(), stamp.time(), stamp.firstSeq()));
    }
}
