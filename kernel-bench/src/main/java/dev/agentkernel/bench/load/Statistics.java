package dev.agentkernel.bench.load;

import java.util.Arrays;

/**
 * The middle and the ends of some values; all three are {@code NaN} when one of the values is.
 *
 * @param median the middle value, or the mean of the two middle ones
 * @param min the smallest
 * @param max the largest
 */
public record Statistics(double median, double min, double max) {
    /** Returns the statistics of at least one value. */
    public static Statistics of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("there are no statistics of no values");
        }
        if (Arrays.stream(values).anyMatch(Double::isNaN)) {
            return new Statistics(Double.NaN, Double.NaN, Double.NaN);
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Statistics(median, sorted[0], sorted[sorted.length - 1]);
    }
}
