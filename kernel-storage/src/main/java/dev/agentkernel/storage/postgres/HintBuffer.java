package dev.agentkernel.storage.postgres;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Hints that wait to be sent: each once, and of the log only how far it is. Bounded: beyond, it only knows that there were many. */
final class HintBuffer {

    static final int HINTS_MAX = 2_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private Set<Hint> waiting = new LinkedHashSet<>();
    private long logSeq;
    private boolean everything;
    private boolean awaited;

    /** What has gathered. */
    record Gathered(List<Hint> hints, boolean everything) {

        boolean isEmpty() {
            return hints.isEmpty() && !everything;
        }
    }

    /** Never blocks for longer than another thread takes to do the same. */
    void add(Hint hint) {
        lock.lock();
        try {
            if (hint instanceof Hint.Log(long seq)) {
                logSeq = Math.max(logSeq, seq);
            } else if (!everything) {
                waiting.add(hint);
                if (waiting.size() > HINTS_MAX) {
                    forgetAll();
                }
            }
            if (awaited) {
                arrived.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What was taken could not be sent: all that its receivers can do is look at everything. */
    void addEverything() {
        lock.lock();
        try {
            forgetAll();
        } finally {
            lock.unlock();
        }
    }

    private void forgetAll() {
        waiting = new LinkedHashSet<>();
        logSeq = 0;
        everything = true;
    }

    /** Waits until there is a hint, or the time is over, and takes all there are. */
    Gathered take(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long nanos = atMost.toNanos();
            awaited = true;
            while (waiting.isEmpty() && logSeq == 0 && !everything && nanos > 0) {
                nanos = arrived.awaitNanos(nanos);
            }
            List<Hint> hints = new ArrayList<>(waiting);
            if (logSeq > 0) {
                hints.add(new Hint.Log(logSeq));
            }
            Gathered gathered = new Gathered(hints, everything);
            waiting = new LinkedHashSet<>();
            logSeq = 0;
            everything = false;
            return gathered;
        } finally {
            awaited = false;
            lock.unlock();
        }
    }
}
