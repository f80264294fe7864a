package dev.agentkernel.core;

import dev.agentkernel.core.auth.Authenticator;
import dev.agentkernel.core.limits.SharedRateLimits;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.LeaseKeeper;
import dev.agentkernel.core.messages.MessageExpiry;
import dev.agentkernel.core.observation.ActivityProjector;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a kernel does unasked while it runs, on threads of its own: ends leases and messages that ran out, counts activity, and
 * keeps up with other replicas. Each is done in rounds, and what fails is tried again in the next; none keeps another waiting.
 */
final class Upkeep implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
    private static final String FOLLOWING = "Keeping up with the other replicas";

    private final LeaseKeeper leases;
    private final MessageExpiry expiry;
    private final ActivityProjector projector;
    private final Authenticator authenticator;
    private final @Nullable SharedRateLimits sharedLimits;
    private final ScheduledExecutorService queues = thread("kernel-maintenance");
    private final ScheduledExecutorService counting = thread("kernel-projector");
    private final ScheduledExecutorService cluster = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().name("kernel-cluster-", 0).daemon().factory());

    /**
     * Makes an upkeep that does nothing until {@link #start}.
     *
     * @param sharedLimits {@code null} where no other process shares them
     */
    Upkeep(
            LeaseKeeper leases,
            MessageExpiry expiry,
            ActivityProjector projector,
            Authenticator authenticator,
            @Nullable SharedRateLimits sharedLimits) {
        this.leases = leases;
        this.expiry = expiry;
        this.projector = projector;
        this.authenticator = authenticator;
        this.sharedLimits = sharedLimits;
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().name(name).daemon().unstarted(task));
    }

    void start() {
        if (authenticator.mustLookForRevocations()) {
            authenticator.lookForRevocations();
            repeat(cluster, Authenticator.revocationPeriod(), guarded(FOLLOWING, authenticator::lookForRevocations));
        }
        if (sharedLimits != null) {
            repeat(cluster, SharedRateLimits.PERIOD, guarded(FOLLOWING, sharedLimits::settleOnce));
        }
        repeat(queues, LeaseKeeper.PERIOD, guarded("Ending leases that ran out", leases::runOnce));
        repeat(queues, LeaseKeeper.PERIOD, guarded("Ending messages that expired", expiry::runOnce));
        repeat(counting, ActivityProjector.PERIOD, projector::runIfRested);
    }

    private static void repeat(ScheduledExecutorService thread, Duration period, Runnable round) {
        var unused = thread.scheduleWithFixedDelay(round, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A round that a fault ends, but not the rounds after it: an executor would begin none. */
    private static Runnable guarded(String what, Runnable round) {
        return () -> {
            try {
                round.run();
            } catch (RuntimeException fault) {
                log.error("{} failed; it is tried again in the next round", what, fault);
            }
        };
    }

    /**
     * Gives what the connections of a dead replica held to others, without waiting for its leases to run out. The answers that it
     * had under way are left alone: had it only paused, their messages would come twice. Returns at once.
     */
    void inheritFrom(String replica) {
        queues.execute(() -> {
            try {
                leases.giveBackAllHeldBy(LeaseHolder.socketsOf(replica));
                leases.giveBackAllHeldBy(LeaseHolder.pushesOf(replica));
            } catch (RuntimeException fault) {
                log.warn(
                        "What replica '{}' held cannot be given back; it comes back when its leases run out",
                        replica,
                        fault);
            }
        });
    }

    /** Begins no further round, and waits for those under way; five seconds for all of them together at most. */
    @Override
    public void close() {
        projector.stop();
        Map<String, ScheduledExecutorService> threads =
                Map.of(FOLLOWING, cluster, "Looking after the queues", queues, "Counting activity", counting);
        // All at once: where the storage is away, each of them may wait for it.
        threads.values().forEach(ScheduledExecutorService::shutdown);
        long untilNanos = System.nanoTime() + STOP_TIMEOUT.toNanos();
        try {
            for (Map.Entry<String, ScheduledExecutorService> thread : threads.entrySet()) {
                if (!thread.getValue().awaitTermination(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    log.warn("{} did not stop within {}", thread.getKey(), STOP_TIMEOUT);
                }
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }
}
