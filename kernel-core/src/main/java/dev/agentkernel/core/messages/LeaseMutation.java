package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does something with what the caller's workers hold: with those of the named leases that still are theirs, and says which. */
sealed interface LeaseMutation extends Mutation<LeaseChanges> permits AcknowledgeLeases, ExtendLeases, ReturnLeases {

    AgentCaller caller();

    NamedLeases leases();

    /** What it does with those that were found. */
    List<LogRecord> records(WorkingSet rows, NamedLeases.Found found);

    @Override
    default void require(Requirements requirements) {
        requirements.caller(caller());
        leases().require(caller().address(), requirements);
    }

    @Override
    default int contentBytes() {
        return leases().weight();
    }

    @Override
    default @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    default Decision<LeaseChanges> decide(WorkingSet rows) {
        rows.requireCurrent(caller());
        NamedLeases.Found found = leases().find(rows, caller().address());
        LeaseChanges answer = found.changes();
        return new Decision<>(records(rows, found), stamp -> answer);
    }
}
