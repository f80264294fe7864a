package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Outcome;
import dev.agentkernel.core.commit.Stamp;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A batch that was decided, and the totals up to which that holds.
 *
 * <p>Almost every batch looks at the totals, so a lock on them would let one replica at a time work. Instead a batch is decided
 * as if the totals had grown by {@link #HEADROOM_BYTES}: what is accepted then holds for whatever the others commit meanwhile, up
 * to that, and the commit makes sure of it. Only where the headroom makes a difference must the totals be locked.
 */
record BatchDecision(Batch.Decided decided, TotalsBounds bounds) {

    /** A good many batches of other replicas: beyond it, and as near to the capacity, replicas take turns. */
    static final long HEADROOM_BYTES = 64L << 20;

    private static final Set<ErrorCode> AS_FULL = EnumSet.of(ErrorCode.STORE_FULL, ErrorCode.QUEUE_FULL);

    /** Decides by totals that are locked. */
    static BatchDecision exact(Batch batch, LoadedRows loaded) {
        return new BatchDecision(batch.decide(loaded.workingSet(0)), TotalsBounds.NONE);
    }

    /** Decides by totals that others may change meanwhile; empty when it must be done by locked ones. */
    static Optional<BatchDecision> withHeadroom(Batch batch, LoadedRows loaded) {
        Optional<LoadedRows.Totals> totals = loaded.totals();
        if (totals.isEmpty()) {
            return Optional.of(exact(batch, loaded));
        }
        TotalsBounds bounds = new TotalsBounds(
                totals.get().stateBytes() + HEADROOM_BYTES, totals.get().queueBytes() + HEADROOM_BYTES);
        Batch.Decided cautious = batch.decide(loaded.workingSet(HEADROOM_BYTES));
        List<Integer> refused = refusedAsFull(cautious, loaded);
        if (refused.isEmpty()) {
            return Optional.of(new BatchDecision(cautious, bounds));
        }
        // A queue may be full by itself: then the headroom made no difference, and the sentence must tell the true
        // numbers.
        Batch.Decided plain = batch.decide(loaded.workingSet(0));
        return refusedAsFull(plain, loaded).equals(refused)
                ? Optional.of(new BatchDecision(plain, bounds))
                : Optional.empty();
    }

    private static List<Integer> refusedAsFull(Batch.Decided decided, LoadedRows loaded) {
        List<Outcome> outcomes = decided.outcomes(new Stamp(loaded.lastSeq() + 1, loaded.now()));
        List<Integer> refused = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Refused refusal
                    && AS_FULL.contains(refusal.refusal().code())) {
                refused.add(i);
            }
        }
        return refused;
    }
}
