package dev.agentkernel.storage.records;

import dev.agentkernel.core.events.StampedRecord;
import java.util.List;
import java.util.Optional;

/**
 * Sums up what this process commits while it is in memory, so that the log need not be read to count it. What it does not have,
 * such as everything from before the start and what other replicas committed, is read from the log: losing it costs time and no
 * count.
 */
public final class ActivityTally {

    /** At some 150 bytes each: 7.5 MB. */
    static final int ROWS_MAX = 50_000;

    // Guarded by this. The sums are those of the events after the first up to the second.
    private long after;
    private long upTo;
    private ActivityChanges sums = new ActivityChanges();

    /** The sums of a range of events. */
    public record Summed(long after, long upTo, ActivityChanges changes) {}

    /**
     * Begins with nothing.
     *
     * @param lastSeq the last event of the log, with which the next one to be added begins
     */
    public ActivityTally(long lastSeq) {
        after = lastSeq;
        upTo = lastSeq;
    }

    /**
     * Adds a batch that is in the log. The sums begin anew with it if others have committed since the one before.
     *
     * @param before the last event before the batch
     * @param reached the last event of the batch, or {@code before} if it has none
     */
    public synchronized void add(List<StampedRecord> batch, long before, long reached) {
        if (before != upTo) {
            beginAfter(before);
        }
        batch.forEach(sums::add);
        upTo = reached;
        if (sums.rows() > ROWS_MAX) {
            beginAfter(upTo);
        }
    }

    /** The last event that has to be counted from the log, as long as none after it was counted. */
    public synchronized long after() {
        return after;
    }

    /**
     * Hands over the sums of everything after a position; empty if they do not begin there, or are of more events than wanted: then
     * the log has to be read, and only up to {@link #after} if that is later than the position.
     */
    public synchronized Optional<Summed> take(long position, int eventsMax) {
        if (position < after || upTo == after) {
            return Optional.empty();
        }
        Summed summed = new Summed(after, upTo, sums);
        beginAfter(upTo);
        return position == summed.after() && summed.upTo() - position <= eventsMax
                ? Optional.of(summed)
                : Optional.empty();
    }

    private void beginAfter(long seq) {
        sums = new ActivityChanges();
        after = seq;
        upTo = seq;
    }
}
