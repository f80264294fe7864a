package dev.agentkernel.core.commit;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Mutations that become durable together, in their order. One that is refused, or whose decision fails, leaves no record and
 * spoils no other.
 */
public final class Batch {

    private final List<Mutation<?>> mutations;
    private final List<LogRecord> notes;

    /**
     * Makes a batch.
     *
     * @param mutations what is asked for, in order of arrival
     * @param notes records of reads, which need no decision and come first
     */
    public Batch(List<? extends Mutation<?>> mutations, List<LogRecord> notes) {
        this.mutations = List.copyOf(mutations);
        this.notes = List.copyOf(notes);
    }

    public int size() {
        return mutations.size();
    }

    /** Every row that the decisions will look at. */
    public Requirements requirements() {
        Requirements requirements = new Requirements();
        mutations.forEach(mutation -> mutation.require(requirements));
        return requirements;
    }

    /**
     * Decides every mutation against the rows, which must hold all that {@link #requirements} names.
     *
     * @throws IllegalStateException if a decision's records contradict the rows, which is a bug: the rows are of no use then, and
     *     nothing of the batch may be kept
     */
    public Decided decide(WorkingSet rows) {
        Decided decided = new Decided(rows.spaceLow() ? List.of() : notes);
        mutations.forEach(mutation -> decided.add(decideOne(mutation, rows)));
        return decided;
    }

    private static Verdict decideOne(Mutation<?> mutation, WorkingSet rows) {
        Decision<?> decision;
        try {
            decision = mutation.decide(rows);
            requireSpace(mutation, decision, rows);
        } catch (RefusedException refusal) {
            return new Settled(new Outcome.Refused(refusal));
        } catch (RuntimeException fault) {
            return new Settled(new Outcome.Failed(fault));
        }
        decision.records().forEach(rows::apply);
        return new Accepted(decision);
    }

    /** What writes nothing, such as a repeated send that is answered from its key, goes on when the disk is full. */
    private static void requireSpace(Mutation<?> mutation, Decision<?> decision, WorkingSet rows) {
        ErrorCode full = mutation.refusalWhenSpaceIsLow();
        if (rows.spaceLow() && full != null && !decision.records().isEmpty()) {
            throw new RefusedException(
                    full, "The disk is down to its reserve: nothing that grows is accepted until space is freed.");
        }
    }

    private sealed interface Verdict {}

    private record Accepted(Decision<?> decision) implements Verdict {}

    private record Settled(Outcome outcome) implements Verdict {}

    /** A batch after its decisions: the records to write, and the answers as soon as they have their stamp. */
    public static final class Decided {

        private final List<LogRecord> records = new ArrayList<>();
        private final List<Function<Stamp, Outcome>> outcomes = new ArrayList<>();
        private int events;

        private Decided(List<LogRecord> notes) {
            append(notes);
        }

        private void add(Verdict verdict) {
            switch (verdict) {
                case Settled settled -> outcomes.add(stamp -> settled.outcome());
                case Accepted accepted -> {
                    int eventsBefore = events;
                    append(accepted.decision().records());
                    outcomes.add(stamp -> new Outcome.Committed(accepted.decision()
                            .answer()
                            .apply(new Stamp(stamp.firstSeq() + eventsBefore, stamp.time()))));
                }
            }
        }

        private void append(List<LogRecord> added) {
            records.addAll(added);
            for (LogRecord record : added) {
                events += record.isPublic() ? 1 : 0;
            }
        }

        /** Whether nothing is to be written: every mutation was refused, or had been answered before. */
        public boolean isEmpty() {
            return records.isEmpty();
        }

        /** How many of the records are events and take a {@code seq}. */
        public int events() {
            return events;
        }

        /** The records in order, without their places. */
        public List<LogRecord> records() {
            return records;
        }

        /** The records with their places in history. */
        public List<StampedRecord> stamped(Stamp stamp) {
            List<StampedRecord> stamped = new ArrayList<>(records.size());
            long seq = stamp.firstSeq();
            for (LogRecord record : records) {
                long own = record.isPublic() ? seq++ : StampedRecord.NO_SEQ;
                stamped.add(new StampedRecord(own, stamp.time(), record));
            }
            return stamped;
        }

        /** The outcome of each mutation, in order: to be given out only when the records are durable. */
        public List<Outcome> outcomes(Stamp stamp) {
            List<Outcome> answers = new ArrayList<>(outcomes.size());
            outcomes.forEach(outcome -> answers.add(outcome.apply(stamp)));
            return answers;
        }
    }
}
