package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.cluster.Wakeups;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for mail, in the order in which they came, each on a thread of its own. A hint wakes the first in the line of
 * its agent; who was woken wakes the next when it leaves, so that no hint ends with somebody who had no use for it. Hints may be
 * lost: now and then everybody looks unasked.
 */
final class MailWaiters implements Wakeups.Listener {

    /** Requests of one agent that may wait at once: more than it may have workers. */
    static final int WAITERS_OF_AGENT_MAX = 100;

    private static final Duration LOOK_UNASKED_AFTER = Duration.ofSeconds(10);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Each line is read and changed within {@code compute} alone, which locks it. */
    private final ConcurrentHashMap<String, Deque<Waiter>> lines = new ConcurrentHashMap<>();

    private final AtomicInteger waiting = new AtomicInteger();
    private final int waitersMax;
    private final long lookUnaskedAfterNanos;
    private volatile boolean ended;

    MailWaiters(int waitersMax) {
        this(waitersMax, LOOK_UNASKED_AFTER);
    }

    /** With the time that a waiter sleeps at least before it looks unasked; at most it is twice that, so that not all look at once. */
    MailWaiters(int waitersMax, Duration lookUnaskedAfter) {
        this.waitersMax = waitersMax;
        this.lookUnaskedAfterNanos = lookUnaskedAfter.toNanos();
    }

    /**
     * Makes the calling thread a waiter for the agent's mail.
     *
     * @throws RefusedException {@code unavailable} if too many wait
     */
    Waiter enter(String address) {
        if (waiting.incrementAndGet() > waitersMax) {
            waiting.decrementAndGet();
            throw tooMany("requests", waitersMax);
        }
        return new Waiter(address);
    }

    private static RefusedException tooMany(String what, int most) {
        return RefusedException.temporary(
                ErrorCode.UNAVAILABLE,
                "Too many " + what + " wait for messages: at most " + most + " may at a time.",
                RETRY_AFTER);
    }

    /** How many requests wait at present. */
    int waiting() {
        return waiting.get();
    }

    /** Wakes everybody for good: from now on nobody waits. */
    void end() {
        ended = true;
        lines.keySet()
                .forEach(address -> lines.computeIfPresent(address, (any, line) -> {
                    line.forEach(Waiter::unpark);
                    return line;
                }));
    }

    @Override
    public void onAgentHasMail(String address) {
        // Who stands in line only after this look finds the mail by itself: it is there already.
        if (lines.containsKey(address)) {
            lines.computeIfPresent(address, (any, line) -> {
                line.removeFirst().wake();
                return line.isEmpty() ? null : line;
            });
        }
    }

    /** One request that waits; belongs to the thread that entered. */
    final class Waiter implements AutoCloseable {

        private final String address;
        private final Thread thread = Thread.currentThread();
        private volatile boolean woken;

        private Waiter(String address) {
            this.address = address;
        }

        /**
         * Stands in line, unless it does already: what is committed from now on wakes it. To be called before each look.
         *
         * @throws RefusedException {@code unavailable} if too many of this agent wait
         */
        void standInLine() {
            woken = false;
            lines.compute(address, (any, present) -> {
                Deque<Waiter> line = present == null ? new ArrayDeque<>(1) : present;
                if (!line.contains(this)) {
                    if (line.size() >= WAITERS_OF_AGENT_MAX) {
                        throw tooMany("requests of this agent", WAITERS_OF_AGENT_MAX);
                    }
                    line.addLast(this);
                }
                return line;
            });
        }

        private void wake() {
            woken = true;
            unpark();
        }

        private void unpark() {
            LockSupport.unpark(thread);
        }

        /** Waits for a reason to look; false when the time is over, or nobody waits any more. */
        boolean await(long deadlineNanos) {
            long lookUnasked = System.nanoTime()
                    + ThreadLocalRandom.current().nextLong(lookUnaskedAfterNanos, 2 * lookUnaskedAfterNanos);
            while (!woken) {
                long now = System.nanoTime();
                if (ended || deadlineNanos - now <= 0 || Thread.currentThread().isInterrupted()) {
                    return false;
                }
                if (lookUnasked - now <= 0) {
                    return true;
                }
                LockSupport.parkNanos(this, Math.min(deadlineNanos - now, lookUnasked - now));
            }
            return true;
        }

        /** Leaves; whoever is next may have a use for what woke this one, or for what this one left. */
        @Override
        public void close() {
            lines.computeIfPresent(address, (any, line) -> without(line));
            waiting.decrementAndGet();
            onAgentHasMail(address);
        }

        private @Nullable Deque<Waiter> without(Deque<Waiter> line) {
            line.remove(this);
            return line.isEmpty() ? null : line;
        }
    }
}
