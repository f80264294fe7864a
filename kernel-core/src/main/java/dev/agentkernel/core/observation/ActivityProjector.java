package dev.agentkernel.core.observation;

import dev.agentkernel.core.storage.ActivityStore;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the counts of activity up to the log. */
public final class ActivityProjector {

    /**
     * How often the log is looked at: how far the counts may be behind a log that they keep up with. The longer, the more events
     * share a row that is written once for all of them.
     */
    public static final Duration PERIOD = Duration.ofMillis(800);

    /** What is counted at once, and bounds the memory that the sums take. */
    private static final int EVENTS_PER_STEP = 20_000;

    private static final Logger log = LoggerFactory.getLogger(ActivityProjector.class);

    private final ActivityStore store;
    private volatile boolean stopped;

    public ActivityProjector(ActivityStore store) {
        this.store = store;
    }

    /** Counts all that is there to be counted; what is logged meanwhile waits for the next call. What fails is tried again with the next call. */
    public void runOnce() {
        try {
            int counted;
            do {
                counted = store.countNext(EVENTS_PER_STEP);
            } while (counted == EVENTS_PER_STEP && !stopped);
        } catch (StorageException away) {
            log.debug("Counting activity failed; it is tried again in {}", PERIOD, away);
        } catch (RuntimeException fault) {
            log.error("Counting activity failed; it is tried again in {}", PERIOD, fault);
        }
    }

    /** Lets a call under way end soon, whatever is left to count. */
    public void stop() {
        stopped = true;
    }
}
