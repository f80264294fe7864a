package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Stamp;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A mutation of a test: the rows it needs, and the records that it makes of them. */
record Change(Consumer<Requirements> needs, Function<WorkingSet, List<LogRecord>> records, boolean grows)
        implements Mutation<Stamp> {

    /** A change whose records are known beforehand. */
    static Change of(LogRecord record, Consumer<Requirements> needs) {
        return new Change(needs, rows -> List.of(record), true);
    }

    @Override
    public void require(Requirements requirements) {
        needs.accept(requirements);
    }

    @Override
    public Decision<Stamp> decide(WorkingSet rows) {
        return new Decision<>(records.apply(rows), stamp -> stamp);
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return grows ? ErrorCode.STORE_FULL : null;
    }
}
