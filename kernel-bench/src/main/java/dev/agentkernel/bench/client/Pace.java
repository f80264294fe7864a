package dev.agentkernel.bench.client;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Does things at a steady rate, whatever becomes of them: a server that pauses finds them all waiting. */
public final class Pace {

    private Pace() {}

    /** One of the things that are done. */
    @FunctionalInterface
    public interface Step {
        /**
         * Does it.
         *
         * @param number counts from 0
         * @param dueNanos when it was due, by {@link System#nanoTime}: who measures from then does not flatter a sender that is
         *     held up
         */
        void run(long number, long dueNanos) throws IOException;
    }

    /** Does so many things at so many a second, on this thread. */
    public static void keep(long count, int perSecond, Step step) throws IOException {
        long startNanos = System.nanoTime();
        for (long i = 0; i < count; i++) {
            long due = startNanos + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            step.run(i, due);
        }
    }
}
