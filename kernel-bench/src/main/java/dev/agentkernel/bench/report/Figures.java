package dev.agentkernel.bench.report;

import dev.agentkernel.bench.load.Statistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.HdrHistogram.AbstractHistogram;

/** Cells of tables. */
public final class Figures {

    private static final List<String> LATENCY_HEADINGS = List.of("p50 ms", "p99 ms", "most ms");
    private static final double NANOS_PER_MILLI = 1e6;

    private Figures() {}

    /** A table of one row. */
    public static String table(List<String> headings, List<String> cells) {
        MarkdownTable table = new MarkdownTable(headings);
        table.add(cells);
        return table.render();
    }

    /** Headings of a row that ends with latencies. */
    public static List<String> withLatencies(String... first) {
        return Stream.concat(Stream.of(first), LATENCY_HEADINGS.stream()).toList();
    }

    /** A row that ends with latencies in nanoseconds, shown in milliseconds. */
    public static List<String> withLatencies(AbstractHistogram nanos, String... first) {
        return Stream.concat(
                        Stream.of(first),
                        Stream.of(
                                millis(nanos.getValueAtPercentile(50)),
                                millis(nanos.getValueAtPercentile(99)),
                                millis(nanos.getMaxValue())))
                .toList();
    }

    private static String millis(long nanos) {
        return decimal(nanos / NANOS_PER_MILLI);
    }

    /** A whole number. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A number with one digit. */
    public static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    /** The middle of some numbers, and their range in parentheses; {@code form} is that of one number. */
    public static String range(String form, Statistics numbers) {
        return String.format(
                Locale.ROOT, form + " (" + form + "–" + form + ")", numbers.median(), numbers.min(), numbers.max());
    }

    /** A part of a whole. */
    public static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }
}
