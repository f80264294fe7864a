package dev.agentkernel.bench.soak;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** Draws the samples as an SVG that can be read on light and on dark paper: one panel for each unit, kills as vertical lines. */
final class SoakChart {

    private static final int WIDTH = 860;
    private static final int LEFT = 70;
    private static final int RIGHT = 190;
    private static final int TOP = 46;
    private static final int PANEL = 110;
    private static final int GAP = 34;
    private static final int BOTTOM = 44;
    private static final double SECONDS_PER_MINUTE = 60;
    private static final int TICKS = 6;

    private static final String STYLE = """
            <style>
            text { font: 12px system-ui, sans-serif; fill: #1f2328; }
            .grid { stroke: #d1d9e0; stroke-width: 1; }
            .kill { stroke: #d1242f; stroke-width: 1; stroke-dasharray: 3 3; }
            .database { stroke: #8250df; stroke-width: 1.5; stroke-dasharray: 6 3; }
            .line { fill: none; stroke-width: 1.5; }
            .c0 { stroke: #0969da; } .c1 { stroke: #bc4c00; } .c2 { stroke: #1a7f37; }
            text.c0 { stroke: none; fill: #0969da; } text.c1 { stroke: none; fill: #bc4c00; } text.c2 { stroke: none; fill: #1a7f37; }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .grid { stroke: #3d444d; }
            .kill { stroke: #ff7b72; }
            .database { stroke: #d2a8ff; }
            .c0 { stroke: #58a6ff; } .c1 { stroke: #f0883e; } .c2 { stroke: #3fb950; }
            text.c0 { fill: #58a6ff; } text.c1 { fill: #f0883e; } text.c2 { fill: #3fb950; }
            }
            </style>
            """;

    /** A kill, or else a restart of the database. */
    record Mark(double second, boolean kill) {}

    private record Series(String name, ToDoubleFunction<Sample> value) {}

    private record Panel(String unit, List<Series> series) {}

    private static final List<Panel> PANELS = List.of(
            new Panel(
                    "memory, MiB",
                    List.of(
                            new Series("resident", Sample::resident),
                            new Series("heap after a collection", Sample::liveHeap))),
            new Panel(
                    "count",
                    List.of(
                            new Series("file handles", Sample::handles),
                            new Series("threads", Sample::threads),
                            new Series("database connections", Sample::connections))),
            new Panel(
                    "stored, MiB",
                    List.of(new Series("event log", Sample::events), new Series("tables", Sample::tables))),
            new Panel("messages", List.of(new Series("not yet arrived", Sample::waiting))));

    private final List<Sample> samples;
    private final List<Mark> marks;
    private final double seconds;

    SoakChart(List<Sample> samples, List<Mark> marks, Duration time) {
        this.samples = List.copyOf(samples);
        this.marks = List.copyOf(marks);
        this.seconds = time.toMillis() / 1e3;
    }

    String svg() {
        int height = TOP + PANELS.size() * (PANEL + GAP) - GAP + BOTTOM;
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " aria-label=\"Memory, handles, stored bytes and waiting messages over the time of the soak\">",
                WIDTH,
                height);
        svg.append(STYLE);
        legend(svg);
        for (int i = 0; i < PANELS.size(); i++) {
            panel(svg, PANELS.get(i), TOP + i * (PANEL + GAP));
        }
        int bottom = height - BOTTOM;
        for (int tick = 0; tick <= TICKS; tick++) {
            double second = seconds * tick / TICKS;
            text(svg, x(second), bottom + 18, "middle", "", number(second / SECONDS_PER_MINUTE));
        }
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, bottom + 36, "middle", "", "minutes since the load began");
        return svg.append("</svg>\n").toString();
    }

    private static void legend(StringBuilder svg) {
        line(svg, "kill", LEFT, 16, LEFT + 24, 16);
        text(svg, LEFT + 30, 20, "start", "", "kill -9 of the kernel");
        line(svg, "database", LEFT + 190, 16, LEFT + 214, 16);
        text(svg, LEFT + 220, 20, "start", "", "restart of the database");
    }

    private void panel(StringBuilder svg, Panel panel, int top) {
        double most = panel.series().stream()
                .flatMap(series -> samples.stream().map(sample -> series.value().applyAsDouble(sample)))
                .filter(value -> !value.isNaN())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        double scale = roundedUp(Math.max(most, 1));
        for (int tick = 0; tick <= 2; tick++) {
            double y = top + PANEL - PANEL * tick / 2.0;
            line(svg, "grid", LEFT, y, WIDTH - RIGHT, y);
            text(svg, LEFT - 8, y + 4, "end", "", number(scale * tick / 2));
        }
        add(
                svg,
                "<text transform=\"rotate(-90 16 %d)\" x=\"16\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                top + PANEL / 2,
                top + PANEL / 2,
                panel.unit());
        for (Mark mark : marks) {
            line(svg, mark.kill() ? "kill" : "database", x(mark.second()), top, x(mark.second()), top + PANEL);
        }
        int shown = 0;
        for (int i = 0; i < panel.series().size(); i++) {
            Series series = panel.series().get(i);
            StringBuilder points = new StringBuilder();
            for (Sample sample : samples) {
                double value = series.value().applyAsDouble(sample);
                if (!Double.isNaN(value)) {
                    points.append(String.format(
                            Locale.ROOT, "%.1f,%.1f ", x(sample.second()), top + PANEL - PANEL * value / scale));
                }
            }
            if (!points.isEmpty()) {
                add(
                        svg,
                        "<polyline class=\"line c%d\" points=\"%s\"/>",
                        i,
                        points.toString().strip());
                text(svg, WIDTH - RIGHT + 12, top + 14 + 18.0 * shown, "start", "c" + i, series.name());
                shown++;
            }
        }
    }

    private double x(double second) {
        return LEFT + (WIDTH - RIGHT - LEFT) * Math.min(1, second / seconds);
    }

    /** The next 1, 2, 4, 5 or 8 times a power of ten. */
    private static double roundedUp(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double step : new double[] {1, 2, 4, 5, 8}) {
            if (value <= step * power) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private static void line(StringBuilder svg, String style, double x1, double y1, double x2, double y2) {
        add(svg, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", style, x1, y1, x2, y2);
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String style, String text) {
        add(
                svg,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>",
                x,
                y,
                anchor,
                style,
                Objects.requireNonNull(text));
    }

    private static void add(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
