package dev.agentkernel.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Outcome;
import dev.agentkernel.core.commit.Stamp;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a batch decided against rows made by hand: its records, and the outcome of each mutation by its place. */
public record Decided(List<LogRecord> records, List<Outcome> outcomes) {

    /** The {@code seq} of the batch's first event. */
    public static final long FIRST_SEQ = 1_000;

    /** The time of the commit: later than the time of the decisions, as it may be. */
    public static final Instant COMMITTED_AT = SettableClock.START.plusMillis(7);

    /** Decides the mutations in one batch. */
    public static Decided of(WorkingSet rows, Mutation<?>... mutations) {
        Batch.Decided decided = new Batch(List.of(mutations), List.of()).decide(rows);
        return new Decided(decided.records(), decided.outcomes(new Stamp(FIRST_SEQ, COMMITTED_AT)));
    }

    /** The answer of a mutation that was committed. */
    public Object answer(int place) {
        assertThat(outcomes.get(place)).isInstanceOf(Outcome.Committed.class);
        return ((Outcome.Committed) outcomes.get(place)).answer();
    }

    /** The refusal of a mutation that was refused. */
    public RefusedException refusal(int place) {
        assertThat(outcomes.get(place)).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused) outcomes.get(place)).refusal();
    }

    /** The codes of all outcomes: {@code null} for those that were committed. */
    public List<@Nullable ErrorCode> codes() {
        return outcomes.stream().map(Decided::codeOf).toList();
    }

    /** The code of a refusal, {@code null} of what was committed. */
    public static @Nullable ErrorCode codeOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Committed committed -> null;
            case Outcome.Refused refused -> refused.refusal().code();
            case Outcome.Failed failed -> throw new AssertionError(failed.fault());
        };
    }
}
