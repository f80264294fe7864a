package dev.agentkernel.app.metrics;

import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What a value was over the last minutes, looked at with a steady pace. Safe for use by many threads. */
final class RecentValues {

    private final double[] values;
    private int taken;

    /**
     * Knows no value yet.
     *
     * @param samplesMax how many samples the longest window spans
     */
    RecentValues(int samplesMax) {
        this.values = new double[samplesMax + 1];
    }

    synchronized void add(double value) {
        values[taken++ % values.length] = value;
    }

    /** By how much a value that only grows has grown within the window; nothing before there are two. */
    synchronized OptionalDouble growth(int window) {
        int span = Math.min(window, Math.min(taken, values.length) - 1);
        return span < 1
                ? OptionalDouble.empty()
                : OptionalDouble.of(values[(taken - 1) % values.length] - values[(taken - 1 - span) % values.length]);
    }

    synchronized OptionalDouble least(int window) {
        return last(window).min();
    }

    synchronized OptionalDouble most(int window) {
        return last(window).max();
    }

    private DoubleStream last(int window) {
        int known = Math.min(window, Math.min(taken, values.length));
        return IntStream.rangeClosed(1, known).mapToDouble(back -> values[(taken - back) % values.length]);
    }
}
