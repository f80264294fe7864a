package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out, once in a while, whether another replica has committed anything, and then has everybody look at everything. */
final class HintPoll {

    private static final Logger log = LoggerFactory.getLogger(HintPoll.class);

    /** Some commits have no event, so the log alone would not tell. */
    private static final String COMMITTED = """
            SELECT newest.last_seq, newest.number,
                EXISTS (SELECT 1 FROM commits c WHERE c.number > ? AND c.replica <> ?)
            FROM (SELECT last_seq, number FROM commits ORDER BY number DESC LIMIT 1) AS newest""";

    /** A little less than the interval, within which what was lost must be found: the look itself takes time, too. */
    private static final double LONGEST = 0.95;

    /** So that replicas do not poll in step. */
    private static final double JITTER = 0.2;

    private final PooledReads reads;
    private final LocalWakeups local;
    private final String replica;
    private final Duration interval;
    private long lastNumber;

    private record Committed(long seq, long number, boolean byOthers) {}

    HintPoll(PooledReads reads, LocalWakeups local, String replica, Duration interval) {
        this.reads = reads;
        this.local = local;
        this.replica = replica;
        this.interval = interval;
    }

    /** One round: waits for its time, and looks. */
    void runOnce() {
        double factor = LONGEST - JITTER * ThreadLocalRandom.current().nextDouble();
        LockSupport.parkNanos((long) (interval.toNanos() * factor));
        if (!Thread.currentThread().isInterrupted()) {
            look();
        }
    }

    /** Looks; tells whether anybody else has committed since the last time. */
    boolean look() {
        try {
            Committed now = reads.one(
                    COMMITTED,
                    row -> new Committed(row.getLong(1), row.getLong(2), row.getBoolean(3)),
                    lastNumber,
                    replica);
            lastNumber = now.number();
            if (now.byOthers()) {
                local.logReached(now.seq());
                local.rescan();
            }
            return now.byOthers();
        } catch (StorageException away) {
            log.debug("The database cannot be polled at present", away);
            return false;
        }
    }
}
