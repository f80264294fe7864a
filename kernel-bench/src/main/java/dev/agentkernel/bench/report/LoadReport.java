package dev.agentkernel.bench.report;

import dev.agentkernel.bench.load.CaseResult;
import dev.agentkernel.bench.load.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the results of the load scenario as a table for people, and whatever went wrong as sentences. */
public final class LoadReport {
    private static final List<String> HEADINGS = List.of(
            "operation",
            "agents",
            "conns",
            "kernel /s (min–max)",
            "bare Tomcat /s (min–max)",
            "ratio (min–max)",
            "kernel ms p50 / p99 / p99.9",
            "bare ms p50 / p99 / p99.9",
            "CPU µs kernel / bare / client");

    private LoadReport() {}

    /** Returns the table, one row per case. */
    public static String table(List<CaseResult> results) {
        MarkdownTable table = new MarkdownTable(HEADINGS);
        for (CaseResult result : results) {
            CaseResult.Figures kernel = result.kernel();
            CaseResult.Figures baseline = result.baseline();
            table.add(List.of(
                    result.operation().label(),
                    String.format(Locale.ROOT, "%,d", result.agents()),
                    Integer.toString(result.connections()),
                    Figures.range("%,.0f", kernel.perSecond()),
                    Figures.range("%,.0f", baseline.perSecond()),
                    Figures.range("%.3f", result.ratio()),
                    latencies(kernel),
                    latencies(baseline),
                    cpu(kernel.serverCpuMicros()) + " / " + cpu(baseline.serverCpuMicros()) + " / "
                            + cpu(kernel.clientCpuMicros())));
        }
        return table.render();
    }

    /** Returns one sentence for each kind of unexpected answer and for each server that kept closing connections. */
    public static List<String> remarks(List<CaseResult> results) {
        List<String> remarks = new ArrayList<>();
        for (CaseResult result : results) {
            remark(remarks, result, "kernel", result.kernel());
            remark(remarks, result, "bare Tomcat", result.baseline());
        }
        return remarks;
    }

    /** Returns whether any answer had another status than the operation expects, or any connection broke. */
    public static boolean hasUnexpected(List<CaseResult> results) {
        return results.stream()
                .anyMatch(result -> !result.kernel().unexpected().isEmpty()
                        || !result.baseline().unexpected().isEmpty());
    }

    private static void remark(List<String> remarks, CaseResult result, String server, CaseResult.Figures figures) {
        String where = result.operation().label() + ", " + result.connections() + " connections: the " + server + " ";
        for (Map.Entry<String, Long> outcome : figures.unexpected().entrySet()) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "ERROR %sgave %,d times, where %d was expected: %s",
                    where,
                    outcome.getValue(),
                    result.operation().expectedStatus(),
                    outcome.getKey()));
        }
        if (figures.reconnects() > 0) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "note: %sclosed a kept-alive connection %,d times; the new connections are part of the figures",
                    where,
                    figures.reconnects()));
        }
    }

    private static String latencies(CaseResult.Figures figures) {
        return String.format(
                Locale.ROOT,
                "%.2f / %.2f / %.2f",
                figures.latencyMillis(50),
                figures.latencyMillis(99),
                figures.latencyMillis(99.9));
    }

    private static String cpu(Statistics micros) {
        return Double.isNaN(micros.median()) ? "-" : String.format(Locale.ROOT, "%.0f", micros.median());
    }
}
