package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.storage.records.ActivityChanges;
import java.util.List;
import java.util.Optional;

/**
 * Sums up what is committed while it is in memory, so that the log need not be read to count it. What it does not have, such as
 * everything from before the start, is read from the log: losing it costs time and no count.
 */
final class ActivityTally {

    /** At some 150 bytes each: 7.5 MB. */
    static final int ROWS_MAX = 50_000;

    // Guarded by this. The sums are those of the events after the first up to the second.
    private long after;
    private long upTo;
    private ActivityChanges sums = new ActivityChanges();

    /** The sums of a range of events. */
    record Summed(long after, long upTo, ActivityChanges changes) {}

    /**
     * Begins with nothing.
     *
     * @param lastSeq the last event of the log, with which the next one to be added begins
     */
    ActivityTally(long lastSeq) {
        after = lastSeq;
        upTo = lastSeq;
    }

    /**
     * Adds a batch that is in the log.
     *
     * @param reached the last event of the log, which is the batch's if it has any
     */
    synchronized void add(List<StampedRecord> batch, long reached) {
        batch.forEach(sums::add);
        upTo = reached;
        if (sums.rows() > ROWS_MAX) {
            leaveToTheLog();
        }
    }

    /** The last event that has to be counted from the log: no later one may be. */
    synchronized long after() {
        return after;
    }

    /**
     * Hands over the sums of everything after a position; empty if they do not begin there, or are of more events than wanted: then
     * the log has to be read.
     */
    synchronized Optional<Summed> take(long position, int eventsMax) {
        if (position != after || upTo == after) {
            return Optional.empty();
        }
        if (upTo - after > eventsMax) {
            leaveToTheLog();
            return Optional.empty();
        }
        Summed summed = new Summed(after, upTo, sums);
        leaveToTheLog();
        return Optional.of(summed);
    }

    private void leaveToTheLog() {
        sums = new ActivityChanges();
        after = upTo;
    }
}
