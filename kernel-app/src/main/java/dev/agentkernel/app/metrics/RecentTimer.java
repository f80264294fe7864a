package dev.agentkernel.app.metrics;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.ArrayDeque;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * The 99th percentile of a timer over the last minutes, from the differences of its buckets: as exact as the buckets are. Safe for
 * use by many threads.
 */
final class RecentTimer {

    private static final double QUANTILE = 0.99;

    private final Timer timer;
    private final int samplesMax;
    private final ArrayDeque<CountAtBucket[]> samples = new ArrayDeque<>();

    /**
     * Looks at a timer with buckets.
     *
     * @param samplesMax how many samples the window spans
     */
    RecentTimer(Timer timer, int samplesMax) {
        this.timer = timer;
        this.samplesMax = samplesMax;
    }

    /** Takes a sample; to be called at a steady pace. */
    synchronized void sample() {
        samples.addLast(timer.takeSnapshot().histogramCounts());
        if (samples.size() > samplesMax) {
            samples.removeFirst();
        }
    }

    /** In seconds; nothing while the window has nothing that was timed. */
    synchronized OptionalDouble p99Seconds() {
        if (samples.size() < 2) {
            return OptionalDouble.empty();
        }
        CountAtBucket[] first = samples.getFirst();
        CountAtBucket[] last = samples.getLast();
        double total = last.length == 0 ? 0 : within(first, last, last.length - 1);
        if (total == 0) {
            return OptionalDouble.empty();
        }
        double wanted = QUANTILE * total;
        double below = 0;
        double from = 0;
        for (int i = 0; i < last.length; i++) {
            double upTo = within(first, last, i);
            double to = last[i].bucket(TimeUnit.SECONDS);
            if (upTo >= wanted) {
                boolean open = Double.isInfinite(to) || upTo == below;
                return OptionalDouble.of(open ? from : from + (to - from) * (wanted - below) / (upTo - below));
            }
            below = upTo;
            from = to;
        }
        return OptionalDouble.of(from);
    }

    /** How many of the window took no longer than a bucket says; buckets count all below them. */
    private static double within(CountAtBucket[] first, CountAtBucket[] last, int index) {
        return last[index].count() - (index < first.length ? first[index].count() : 0);
    }
}
