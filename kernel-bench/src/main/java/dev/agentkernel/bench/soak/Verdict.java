package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.report.MarkdownTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * Compares the last sixth of the samples with the second one: of an hour, the last ten minutes with those after the first ten.
 *
 * @param lines what to tell
 * @param held whether every figure that has to stay ended where it was
 */
record Verdict(List<String> lines, boolean held) {

    private static final int PARTS = 6;

    /** Beyond what comes and goes: pools that fill with the load of the moment, a collection that was not yet due. */
    private static final double GROWTH_MAX = 1.10;

    private static final double COUNT_GROWTH_MAX = 5;
    /**
     * What the tables may grow by for each idempotency key that was kept meanwhile, its two indexes and the room that a table leaves
     * free included: about 250 bytes are in use.
     */
    private static final double BYTES_PER_KEY_MAX = 512;

    private static final double BYTES_PER_MEBIBYTE = 1024.0 * 1024.0;

    /**
     * A figure and how much more of it may be there for a number of keys.
     *
     * @param allowance in the figure's unit
     */
    private record Figure(String name, ToDoubleFunction<Sample> value, DoubleUnaryOperator allowance) {

        Figure(String name, ToDoubleFunction<Sample> value) {
            this(name, value, keys -> 0);
        }
    }

    /** What has to end where it was. */
    private static final List<Figure> STEADY = List.of(
            new Figure("resident memory, MiB", Sample::resident),
            new Figure("heap after a collection, MiB", Sample::liveHeap),
            new Figure("file handles", Sample::handles),
            new Figure("threads", Sample::threads),
            new Figure("database connections", Sample::connections),
            new Figure("tables, MiB", Sample::tables, keys -> keys * BYTES_PER_KEY_MAX / BYTES_PER_MEBIBYTE),
            new Figure("messages that wait", Sample::waiting));

    static Verdict of(List<Sample> samples, Duration time) {
        double part = time.toMillis() / 1e3 / PARTS;
        List<Sample> early = between(samples, part, 2 * part);
        List<Sample> late = between(samples, (PARTS - 1) * part, Double.MAX_VALUE);
        MarkdownTable table = new MarkdownTable(
                List.of("figure", "early: median", "early: most", "end: median", "end: most", "verdict"));
        boolean held = true;
        for (Figure figure : STEADY) {
            List<Double> before = measured(early, figure);
            List<Double> after = measured(late, figure);
            if (before.isEmpty() || after.isEmpty()) {
                continue;
            }
            double limit = Math.max(GROWTH_MAX * median(before), median(before) + COUNT_GROWTH_MAX)
                    + figure.allowance().applyAsDouble(keysBetween(early, late));
            boolean stayed = median(after) <= limit;
            held &= stayed;
            table.add(List.of(
                    figure.name(),
                    decimal(median(before)),
                    decimal(most(before)),
                    decimal(median(after)),
                    decimal(most(after)),
                    stayed ? "stayed" : "GREW"));
        }
        List<String> lines = new ArrayList<>(table.render().lines().toList());
        lines.add(growth(samples));
        lines.add(String.format(
                Locale.ROOT, "%.0f idempotency keys came to those that are kept for a day", keysBetween(early, late)));
        return new Verdict(lines, held);
    }

    /** The log keeps everything, so it grows with what is done. */
    private static String growth(List<Sample> samples) {
        List<Sample> sized = samples.stream()
                .filter(sample -> !Double.isNaN(sample.events()))
                .toList();
        if (sized.size() < 2) {
            return "the event log was not measured";
        }
        Sample first = sized.getFirst();
        Sample last = sized.getLast();
        double messages = last.accepted() - first.accepted();
        return String.format(
                Locale.ROOT,
                "event log: %.1f to %.1f MiB, %.0f bytes for each message with all that happened beside it",
                first.events(),
                last.events(),
                (last.events() - first.events()) * BYTES_PER_MEBIBYTE / messages);
    }

    /** How many keys were accepted from the middle of one time to the middle of another. */
    private static double keysBetween(List<Sample> early, List<Sample> late) {
        double keys = median(late.stream().map(Sample::keys).toList())
                - median(early.stream().map(Sample::keys).toList());
        return Double.isNaN(keys) ? 0 : keys;
    }

    private static List<Sample> between(List<Sample> samples, double from, double to) {
        return samples.stream()
                .filter(sample -> sample.second() >= from && sample.second() < to)
                .toList();
    }

    private static List<Double> measured(List<Sample> samples, Figure figure) {
        return samples.stream()
                .map(sample -> figure.value().applyAsDouble(sample))
                .filter(value -> !Double.isNaN(value))
                .toList();
    }

    /** The one in the middle, not a number when there is none. */
    static double median(List<Double> values) {
        return values.isEmpty() ? Double.NaN : values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double most(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
