package dev.agentkernel.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** When the kernel was killed and its database was away, by {@link System#nanoTime}. Safe for use by many threads. */
final class Faults {

    /**
     * How long an answer may have gone out before a fault without the kernel having noted it: it notes within milliseconds, and later
     * where others keep the processors busy.
     */
    private static final long UNNOTED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private record Fault(long beginNanos, long endNanos) {}

    private final List<Fault> over = new ArrayList<>();
    private long currentNanos;
    private boolean current;

    synchronized void begin(long nowNanos) {
        currentNanos = nowNanos;
        current = true;
    }

    synchronized void end(long nowNanos) {
        over.add(new Fault(currentNanos, nowNanos));
        current = false;
    }

    /** Whether a kernel may not know that what arrived at a moment has arrived, as a fault came between. */
    synchronized boolean mayHaveForgotten(long arrivedNanos, long nowNanos) {
        return (current && isWithin(new Fault(currentNanos, nowNanos), arrivedNanos, nowNanos))
                || over.stream().anyMatch(fault -> isWithin(fault, arrivedNanos, nowNanos));
    }

    private static boolean isWithin(Fault fault, long arrivedNanos, long nowNanos) {
        return arrivedNanos - (fault.beginNanos() - UNNOTED_NANOS) >= 0
                && arrivedNanos - (fault.endNanos() + UNNOTED_NANOS) <= 0
                && nowNanos - fault.beginNanos() > 0;
    }
}
