package dev.agentkernel.core.state;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.cluster.Wakeups;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for a key to change, each on a thread of its own. Unlike mail, a change is of use to everybody: a hint wakes all
 * that wait for the key. Hints may be lost, or be of another key: who wakes looks, and now and then everybody looks unasked.
 */
final class StateWaiters implements Wakeups.Listener {

    /** Requests that may wait at once: some KiB of memory each. */
    static final int WAITERS_MAX = 10_000;

    /** Requests of one agent that may wait at once. */
    static final int WAITERS_OF_AGENT_MAX = 100;

    private static final Duration LOOK_UNASKED_AFTER = Duration.ofSeconds(5);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ConcurrentHashMap<Integer, Set<Waiter>> byKeyHash = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Integer> byAgent = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final long lookUnaskedAfterNanos;
    private volatile boolean ended;

    StateWaiters() {
        this(LOOK_UNASKED_AFTER);
    }

    /** With the time that a waiter sleeps at least before it looks unasked; at most it is twice that, so that not all look at once. */
    StateWaiters(Duration lookUnaskedAfter) {
        lookUnaskedAfterNanos = lookUnaskedAfter.toNanos();
    }

    /**
     * Makes the calling thread a waiter: what is committed from now on wakes it.
     *
     * @throws RefusedException {@code unavailable} if too many wait
     */
    Waiter enter(String agent, String key) {
        if (waiting.incrementAndGet() > WAITERS_MAX) {
            waiting.decrementAndGet();
            throw tooMany("requests", WAITERS_MAX);
        }
        if (byAgent.merge(agent, 1, Integer::sum) > WAITERS_OF_AGENT_MAX) {
            leave(agent);
            throw tooMany("requests of this agent", WAITERS_OF_AGENT_MAX);
        }
        Waiter waiter = new Waiter(agent, key.hashCode());
        byKeyHash.compute(waiter.keyHash, (hash, present) -> {
            Set<Waiter> waiters = present == null ? new HashSet<>() : present;
            waiters.add(waiter);
            return waiters;
        });
        return waiter;
    }

    private void leave(String agent) {
        waiting.decrementAndGet();
        byAgent.computeIfPresent(agent, (any, count) -> count == 1 ? null : count - 1);
    }

    private static RefusedException tooMany(String what, int most) {
        return RefusedException.temporary(
                ErrorCode.UNAVAILABLE,
                "Too many " + what + " wait for changes: at most " + most + " may at a time.",
                RETRY_AFTER);
    }

    /** How many requests wait at present. */
    int waiting() {
        return waiting.get();
    }

    @Override
    public void onStateChanged(int keyHash) {
        if (byKeyHash.containsKey(keyHash)) {
            byKeyHash.computeIfPresent(keyHash, (hash, waiters) -> {
                waiters.forEach(Waiter::wake);
                return waiters;
            });
        }
    }

    /** Wakes everybody for good: from now on nobody waits. */
    void end() {
        ended = true;
        byKeyHash.keySet().forEach(this::onStateChanged);
    }

    /** One request that waits; belongs to the thread that entered. */
    final class Waiter implements AutoCloseable {

        private final String agent;
        private final int keyHash;
        private final Thread thread = Thread.currentThread();
        private volatile boolean woken;

        private Waiter(String agent, int keyHash) {
            this.agent = agent;
            this.keyHash = keyHash;
        }

        private void wake() {
            woken = true;
            LockSupport.unpark(thread);
        }

        /** Waits for a reason to look again; false when the time is over, or nobody waits any more. */
        boolean await(long deadlineNanos) {
            long lookUnasked = System.nanoTime()
                    + ThreadLocalRandom.current().nextLong(lookUnaskedAfterNanos, 2 * lookUnaskedAfterNanos);
            while (true) {
                long now = System.nanoTime();
                if (ended || deadlineNanos - now <= 0 || thread.isInterrupted()) {
                    return false;
                }
                if (woken || lookUnasked - now <= 0) {
                    woken = false;
                    return true;
                }
                LockSupport.parkNanos(this, Math.min(deadlineNanos - now, lookUnasked - now));
            }
        }

        @Override
        public void close() {
            byKeyHash.computeIfPresent(keyHash, (hash, waiters) -> without(waiters));
            leave(agent);
        }

        private @Nullable Set<Waiter> without(Set<Waiter> waiters) {
            waiters.remove(this);
            return waiters.isEmpty() ? null : waiters;
        }
    }
}
