package dev.agentkernel.core.limits;

import dev.agentkernel.core.limits.RateLimitSettings.Budget;
import dev.agentkernel.core.storage.RateBudgetStore.Spending;
import dev.agentkernel.core.storage.RateBudgetStore.Standing;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What this process knows of a shared budget: when it will be full again, as last heard and with all that was counted here
 * since, and how much of that nobody else knows. Whoever calls holds the lock, but for settling in the background.
 */
final class SharedBucket {

    private final ReentrantLock lock = new ReentrantLock();
    private final String subject;
    private final RateCategory category;
    private final long windowNanos;
    private final double requestNanos;
    private long fullAtNanos;
    private long uncounted;
    private long underWay;

    SharedBucket(String subject, RateCategory category, Budget budget, long now) {
        this.subject = subject;
        this.category = category;
        this.windowNanos = budget.window().toNanos();
        this.requestNanos = (double) windowNanos / budget.requests();
        this.fullAtNanos = now;
    }

    RateCategory category() {
        return category;
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Requests that the other processes do not know of. */
    long uncounted() {
        return uncounted + underWay;
    }

    boolean fits(long now) {
        return nanosToFull(now) + requestNanos <= windowNanos;
    }

    void count(long now) {
        // Rounded down, so that a full budget always fits into its window.
        fullAtNanos = now + (long) (nanosToFull(now) + requestNanos);
        uncounted++;
    }

    long nanosToFull(long now) {
        return Math.max(fullAtNanos - now, 0);
    }

    long nanosToNext(long now) {
        return (long) Math.ceil(Math.max(0, nanosToFull(now) + requestNanos - windowNanos));
    }

    private long nanosOf(long requests) {
        return (long) (requests * requestNanos);
    }

    /** What to write down now, with one request more or without. */
    Spending spending(boolean oneMore) {
        return new Spending(subject, category, nanosOf(uncounted), oneMore ? nanosOf(1) : 0, windowNanos);
    }

    /** What was to write down is written. */
    void settled(Standing standing, long now) {
        uncounted = 0;
        fullAtNanos = now + standing.nanosToFull() + nanosOf(underWay);
    }

    Spending beginSettling() {
        lock.lock();
        try {
            Spending spending = spending(false);
            underWay += uncounted;
            uncounted = 0;
            return spending;
        } finally {
            lock.unlock();
        }
    }

    void endSettling(Standing standing, long now) {
        lock.lock();
        try {
            underWay = 0;
            fullAtNanos = now + standing.nanosToFull() + nanosOf(uncounted);
        } finally {
            lock.unlock();
        }
    }

    void giveUpSettling() {
        lock.lock();
        try {
            uncounted += underWay;
            underWay = 0;
        } finally {
            lock.unlock();
        }
    }
}
