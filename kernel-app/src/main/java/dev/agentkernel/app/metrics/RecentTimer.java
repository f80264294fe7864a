package dev.agentkernel.app.metrics;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Quantiles of a timer over the last minutes, from the differences of its buckets: as exact as the buckets are. Safe for use by
 * many threads.
 */
final class RecentTimer {

    /** So many of the longest say nothing by themselves: the first requests after a start, a pause of the machine. */
    private static final int OUTLIERS = 5;

    private static final int JUDGED_MIN = 2 * OUTLIERS;

    private final Timer timer;
    private final @Nullable Sample[] samples;
    private int taken;

    /** What was timed up to a moment; buckets count all that took no longer than they say. */
    private record Sample(long count, List<CountAtBucket> buckets) {

        double upTo(int bucket) {
            return bucket < buckets.size() ? buckets.get(bucket).count() : 0;
        }
    }

    /**
     * Looks at a timer with buckets.
     *
     * @param samplesMax how many samples the longest window spans
     */
    RecentTimer(Timer timer, int samplesMax) {
        this.timer = timer;
        this.samples = new @Nullable Sample[samplesMax + 1];
    }

    /** Takes a sample; to be called at a steady pace. */
    synchronized void sample() {
        HistogramSnapshot snapshot = timer.takeSnapshot();
        samples[taken++ % samples.length] = new Sample(snapshot.count(), List.of(snapshot.histogramCounts()));
    }

    /**
     * In seconds; nothing while the window has nothing that was timed.
     *
     * @param quantile between 0 and 1
     * @param window how many samples it spans, or as many as there are
     */
    synchronized OptionalDouble seconds(double quantile, int window) {
        return between(window, timed -> quantile);
    }

    /**
     * In seconds, to be judged by: of few the highest quantile is the longest alone, which may have been chance, so the five longest
     * are always left out. From 500 on, for a quantile of 0.99, that is the quantile itself; nothing is told of fewer than ten.
     *
     * @param quantile between 0.5 and 1
     * @param window how many samples it spans, or as many as there are
     */
    synchronized OptionalDouble judgedSeconds(double quantile, int window) {
        return between(window, timed -> timed < JUDGED_MIN ? 0 : Math.min(quantile, 1 - (double) OUTLIERS / timed));
    }

    private OptionalDouble between(int window, LongToDoubleFunction quantile) {
        int span = Math.min(window, Math.min(taken, samples.length) - 1);
        if (span < 1) {
            return OptionalDouble.empty();
        }
        Sample first = samples[(taken - 1 - span) % samples.length];
        Sample last = samples[(taken - 1) % samples.length];
        return first == null || last == null
                ? OptionalDouble.empty()
                : between(first, last, quantile.applyAsDouble(last.count() - first.count()));
    }

    private static OptionalDouble between(Sample first, Sample last, double quantile) {
        double wanted = quantile * (last.count() - first.count());
        if (wanted <= 0) {
            return OptionalDouble.empty();
        }
        double below = 0;
        double from = 0;
        List<CountAtBucket> buckets = last.buckets();
        for (int i = 0; i < buckets.size(); i++) {
            double upTo = last.upTo(i) - first.upTo(i);
            double to = buckets.get(i).bucket(TimeUnit.SECONDS);
            if (Double.isInfinite(to)) {
                break;
            }
            if (upTo >= wanted) {
                return OptionalDouble.of(upTo == below ? from : from + (to - from) * (wanted - below) / (upTo - below));
            }
            below = upTo;
            from = to;
        }
        // Longer than the longest bucket says.
        return OptionalDouble.of(from);
    }
}
