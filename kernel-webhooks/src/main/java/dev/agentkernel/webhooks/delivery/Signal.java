package dev.agentkernel.webhooks.delivery;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes the one thread that waits for something to do, also when it is given just before that thread waits. */
final class Signal {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean given;
    private boolean ended;

    void give() {
        lock.lock();
        try {
            given = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** From now on nobody waits. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it is given, for so long at most, and takes it. */
    void await(Duration most) {
        lock.lock();
        try {
            long left = Math.max(1, most.toNanos());
            while (!given && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            given = false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
