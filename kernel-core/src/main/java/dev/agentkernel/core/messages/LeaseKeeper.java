package dev.agentkernel.core.messages;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.storage.MessageStore;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends leases: confirms what arrived, gives back what did not, sweeps what ran out. What cannot be committed at once, because the
 * storage is away or busy, is tried again in each round until it is, so that an answer that arrived is not given twice.
 */
public final class LeaseKeeper {

    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);

    /** How often leases are looked after: how late an expired lease may be noticed. */
    public static final Duration PERIOD = Duration.ofMillis(500);

    /** Endings that may wait to be committed; beyond, the lease is left to run out. */
    private static final int POSTPONED_MAX = 10_000;

    private static final int SWEEP_MAX = 1_000;

    /** Leases that one round ends at most: endings that were postponed must not wait long behind them. */
    private static final int SWEPT_MAX = 10 * SWEEP_MAX;

    private final GroupCommit commits;
    private final MessageStore store;
    private final int attemptsMax;
    private final ConcurrentLinkedQueue<Runnable> postponed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger postponedCount = new AtomicInteger();

    /**
     * Makes a keeper.
     *
     * @param settings say how often a message may be handed out before it is a dead letter
     */
    public LeaseKeeper(GroupCommit commits, MessageStore store, MessagingSettings settings) {
        this.commits = commits;
        this.store = store;
        this.attemptsMax = settings.attemptsMax();
    }

    /** Removes leased messages from the queue as delivered, if they are still under the lease. */
    void confirm(AcknowledgeMessages delivered) {
        end(() -> commits.commit(delivered));
    }

    /** Puts leased messages back, if they are still under the lease. */
    void giveBack(ReturnMessages returned) {
        end(() -> commits.commit(returned));
    }

    /** Puts back what a worker lost with its connection; many go with one commit. */
    void giveBack(List<HeldLease> held) {
        end(() -> giveBack(held, false, attemptsMax));
    }

    private void end(Runnable ending) {
        try {
            ending.run();
        } catch (RefusedException busy) {
            if (postponedCount.incrementAndGet() > POSTPONED_MAX) {
                postponedCount.decrementAndGet();
                log.warn("{} lease endings wait to be written already: one more is left to run out", POSTPONED_MAX);
            } else {
                postponed.add(ending);
            }
        }
    }

    /** Gives back everything that an earlier life of this process held: whoever waited for it is gone, by no fault of its own. */
    public void giveBackAllHeldBy(LeaseHolder holder) {
        List<HeldLease> held;
        do {
            held = store.leasesHeldBy(holder.name(), SWEEP_MAX);
            giveBack(held, false, MessagingSettings.ATTEMPTS_UNLIMITED);
        } while (held.size() == SWEEP_MAX);
    }

    /** One round: commits what was postponed, then gives back what ran out. Returns how many leases ran out. */
    public int runOnce() {
        commitPostponed();
        try {
            int swept = 0;
            List<HeldLease> expired;
            do {
                expired = store.expiredLeases(SWEEP_MAX);
                giveBack(expired, true, attemptsMax);
                swept += expired.size();
            } while (expired.size() == SWEEP_MAX && swept < SWEPT_MAX);
            return swept;
        } catch (StorageException | RefusedException away) {
            log.debug("Leases are not swept at present: {}", away.getMessage());
            return 0;
        }
    }

    /** Commits what was postponed; to be called once more before the kernel stops, as nobody remembers it afterwards. */
    public void commitPostponed() {
        int waiting = postponedCount.get();
        for (int i = 0; i < waiting; i++) {
            Runnable ending = postponed.poll();
            if (ending == null) {
                break;
            }
            postponedCount.decrementAndGet();
            end(ending);
        }
    }

    private void giveBack(List<HeldLease> held, boolean onlyExpired, int attempts) {
        Map<LeaseRef, List<Long>> byLease = new LinkedHashMap<>();
        for (HeldLease lease : held) {
            byLease.computeIfAbsent(new LeaseRef(lease.recipient(), lease.leaseId()), any -> new ArrayList<>())
                    .add(lease.seq());
        }
        // Handed in together, so that they share commits.
        List<GroupCommit.Submission<Integer>> returns = new ArrayList<>(byLease.size());
        byLease.forEach((lease, seqs) -> returns.add(
                commits.submit(new ReturnMessages(lease.recipient(), lease.leaseId(), seqs, onlyExpired, attempts))));
        returns.forEach(GroupCommit.Submission::await);
    }

    private record LeaseRef(String recipient, UUID leaseId) {}
}
