package dev.agentkernel.core.messages;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Submission;
import dev.agentkernel.core.storage.MessageStore;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends leases: confirms what arrived, gives back what did not, sweeps what ran out. What cannot be committed at once, because the
 * storage is away or busy, is tried again in each round until it is, and before anything else is leased from the same queue: so
 * an answer that arrived is not given twice, and what comes back comes before what is newer.
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

    /** By recipient; each set is read and changed within {@code compute} alone, which locks it. */
    private final ConcurrentHashMap<String, Set<Ending>> postponed = new ConcurrentHashMap<>();

    private final AtomicInteger postponedCount = new AtomicInteger();

    /** The end of a lease. It may be committed twice: the lease fences whoever comes second. */
    private record Ending(String recipient, Mutation<?> mutation) {}

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
        end(List.of(new Ending(delivered.recipient(), delivered)));
    }

    /** Puts leased messages back, if they are still under the lease. */
    void giveBack(ReturnMessages returned) {
        end(List.of(new Ending(returned.recipient(), returned)));
    }

    /** Puts back what a worker lost with its connection; many go with one commit. */
    void giveBack(List<HeldLease> held) {
        end(returnsOf(held, false, attemptsMax));
    }

    private void end(List<Ending> endings) {
        refusedOf(commitTogether(endings)).keySet().forEach(this::postpone);
    }

    /** What may succeed later; what failed by a fault of its own is left to run out. */
    private static Map<Ending, RefusedException> refusedOf(Map<Ending, RuntimeException> failed) {
        Map<Ending, RefusedException> refused = new LinkedHashMap<>();
        failed.forEach((ending, failure) -> {
            if (failure instanceof RefusedException refusal) {
                refused.put(ending, refusal);
            } else {
                log.error("A lease of {} cannot be ended; it is left to run out", ending.recipient(), failure);
            }
        });
        return refused;
    }

    private void postpone(Ending ending) {
        postponed.compute(ending.recipient(), (any, present) -> {
            Set<Ending> endings = present == null ? new LinkedHashSet<>() : present;
            if (postponedCount.get() >= POSTPONED_MAX) {
                log.warn("{} lease endings wait to be written already: one more is left to run out", POSTPONED_MAX);
            } else if (endings.add(ending)) {
                postponedCount.incrementAndGet();
            }
            return endings.isEmpty() ? null : endings;
        });
    }

    private void forget(Ending ending) {
        postponed.computeIfPresent(ending.recipient(), (any, endings) -> {
            if (endings.remove(ending)) {
                postponedCount.decrementAndGet();
            }
            return endings.isEmpty() ? null : endings;
        });
    }

    private List<Ending> postponedFor(String recipient) {
        List<Ending> found = new ArrayList<>();
        postponed.computeIfPresent(recipient, (any, endings) -> {
            found.addAll(endings);
            return endings;
        });
        return found;
    }

    /**
     * Commits what was postponed for a queue; to be called before more is leased from it.
     *
     * @throws RefusedException while that cannot be committed
     */
    void settle(String recipient) {
        if (postponedCount.get() > 0) {
            commitPostponed(postponedFor(recipient)).ifPresent(refused -> {
                throw refused;
            });
        }
    }

    /**
     * Gives back everything that a holder has which is gone for good: one of an earlier life of this process, or of a replica that
     * died. What the holder is still at may come twice.
     *
     * @throws StorageException if the storage is away; what is not given back then comes back when its leases run out
     * @throws RefusedException {@code unavailable} likewise
     */
    public void giveBackAllHeldBy(LeaseHolder holder) {
        List<HeldLease> held;
        long afterSeq = 0;
        do {
            held = store.leasesHeldBy(holder.name(), afterSeq, SWEEP_MAX);
            giveBackOrFail(held, false, MessagingSettings.ATTEMPTS_UNLIMITED);
            afterSeq = held.isEmpty() ? afterSeq : held.getLast().seq();
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
                giveBackOrFail(expired, true, attemptsMax);
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
        List<Ending> together = new ArrayList<>();
        for (String recipient : postponed.keySet()) {
            together.addAll(postponedFor(recipient));
            if (together.size() >= SWEEP_MAX) {
                if (commitPostponed(together).isPresent()) {
                    return;
                }
                together = new ArrayList<>();
            }
        }
        var unused = commitPostponed(together);
    }

    /** Forgets those that are done with; returns why another is not. */
    private Optional<RefusedException> commitPostponed(List<Ending> endings) {
        Map<Ending, RefusedException> refused = refusedOf(commitTogether(endings));
        endings.stream().filter(ending -> !refused.containsKey(ending)).forEach(this::forget);
        return refused.values().stream().findFirst();
    }

    /** Hands them in together, so that they share commits; returns those that were not committed. */
    private Map<Ending, RuntimeException> commitTogether(List<Ending> endings) {
        Map<Ending, Submission<?>> submissions = LinkedHashMap.newLinkedHashMap(endings.size());
        Map<Ending, RuntimeException> failed = new LinkedHashMap<>();
        for (Ending ending : endings) {
            try {
                submissions.put(ending, commits.submit(ending.mutation()));
            } catch (RefusedException busy) {
                failed.put(ending, busy);
            }
        }
        submissions.forEach((ending, submission) -> {
            try {
                submission.await();
            } catch (RefusedException | IllegalStateException failure) {
                failed.put(ending, failure);
            }
        });
        return failed;
    }

    private void giveBackOrFail(List<HeldLease> held, boolean onlyExpired, int attempts) {
        commitTogether(returnsOf(held, onlyExpired, attempts)).values().stream()
                .findFirst()
                .ifPresent(failure -> {
                    throw failure;
                });
    }

    private static List<Ending> returnsOf(List<HeldLease> held, boolean onlyExpired, int attempts) {
        Map<LeaseRef, List<Long>> byLease = new LinkedHashMap<>();
        for (HeldLease lease : held) {
            byLease.computeIfAbsent(new LeaseRef(lease.recipient(), lease.leaseId()), any -> new ArrayList<>())
                    .add(lease.seq());
        }
        List<Ending> returns = new ArrayList<>(byLease.size());
        byLease.forEach((lease, seqs) -> returns.add(new Ending(
                lease.recipient(),
                new ReturnMessages(lease.recipient(), lease.leaseId(), seqs, onlyExpired, attempts))));
        return returns;
    }

    private record LeaseRef(String recipient, UUID leaseId) {}
}
