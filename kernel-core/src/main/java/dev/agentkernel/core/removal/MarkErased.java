package dev.agentkernel.core.removal;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import org.jspecify.annotations.Nullable;

/** Notes that nothing of a removed content is left in the log. */
record MarkErased(long number) implements Mutation<Boolean> {

    @Override
    public void require(Requirements requirements) {}

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<Boolean> decide(WorkingSet rows) {
        return Decision.of(new LogRecord.ContentErased(number), stamp -> true);
    }
}
