package dev.agentkernel.core.observation;

import dev.agentkernel.core.storage.ActivityStore;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the counts of activity up to the log. */
public final class ActivityProjector {

    /** How often there is a look at whether it is time to count: how far the counts may be behind a log of few events. */
    public static final Duration PERIOD = Duration.ofMillis(800);

    /**
     * After counting, it rests for so many times as long as that took, so that under load many events share a row, which is
     * written once for all of them, and agents are left most of the machine.
     */
    private static final int REST_FACTOR = 15;

    /** How far the counts may be behind a log that grows fast, while they keep up with it. */
    private static final Duration REST_MAX = Duration.ofSeconds(5);

    /** What is counted at once, and bounds the memory that the sums take: at some 150 bytes for each row, of three at most. */
    private static final int EVENTS_PER_STEP = 100_000;

    private static final Logger log = LoggerFactory.getLogger(ActivityProjector.class);

    private final ActivityStore store;
    private volatile boolean stopped;
    private long restedNanos = System.nanoTime();

    public ActivityProjector(ActivityStore store) {
        this.store = store;
    }

    /** Counts, unless it did so a moment ago and has to rest. For one thread, which calls it every {@link #PERIOD}. */
    public void runIfRested() {
        long begin = System.nanoTime();
        if (begin - restedNanos >= 0) {
            runOnce();
            long end = System.nanoTime();
            restedNanos = end + Math.min(REST_FACTOR * (end - begin), REST_MAX.toNanos());
        }
    }

    /**
     * Counts all that is there to be counted; what is logged meanwhile waits for the next call. What fails is tried again with the next
     * call.
     */
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
