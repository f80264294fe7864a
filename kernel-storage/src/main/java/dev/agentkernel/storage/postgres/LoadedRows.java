package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.storage.records.Micros;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a batch found in the database: its rows, the time that its decisions go by, and what must still hold at its commit. */
final class LoadedRows {

    private final List<Consumer<WorkingSet>> rows = new ArrayList<>();
    private final Map<String, Long> generations = new HashMap<>();
    private long epoch = -1;
    private long lastSeq;
    private long nowMicros;
    private long credentialEpoch;
    private @Nullable Totals totals;

    /** Bytes and keys of the state store, and bytes of all queues. */
    record Totals(long stateBytes, long stateKeys, long queueBytes) {}

    void add(Consumer<WorkingSet> row) {
        rows.add(row);
    }

    void committer(long currentEpoch) {
        epoch = currentEpoch;
    }

    void generation(String queue, long current) {
        generations.put(queue, current);
    }

    /** Which generation of a queue's row is the newest; a queue that is new in this batch begins with the first. */
    long generationOf(String queue) {
        return generations.getOrDefault(queue, 0L);
    }

    void history(long currentLastSeq, long currentMicros, long currentCredentialEpoch) {
        lastSeq = currentLastSeq;
        nowMicros = currentMicros;
        credentialEpoch = currentCredentialEpoch;
    }

    void totals(Totals current) {
        totals = current;
    }

    /** What the totals were; nothing when the batch does not look at them. */
    Optional<Totals> totals() {
        return Optional.ofNullable(totals);
    }

    /** The epoch of whoever may commit under this replica's name; -1 when the name is gone. */
    long epoch() {
        return epoch;
    }

    /** The last event that was visible; others may have followed it since. */
    long lastSeq() {
        return lastSeq;
    }

    Instant now() {
        return Micros.toInstant(nowMicros);
    }

    /** How often a credential had been replaced before the callers' versions were read. */
    long credentialEpoch() {
        return credentialEpoch;
    }

    /**
     * The rows, for one round of decisions.
     *
     * @param moreBytes how much larger to make the totals than they were
     */
    WorkingSet workingSet(long moreBytes) {
        WorkingSet set = new WorkingSet(now(), false);
        rows.forEach(row -> row.accept(set));
        if (totals != null) {
            set.loadStateTotals(totals.stateBytes() + moreBytes, totals.stateKeys());
            set.loadQueueTotals(totals.queueBytes() + moreBytes);
        }
        return set;
    }
}
