package dev.agentkernel.bench.report;

import dev.agentkernel.bench.load.CaseResult;
import dev.agentkernel.bench.load.Round;
import dev.agentkernel.bench.load.RoundPair;
import dev.agentkernel.bench.load.Statistics;
import dev.agentkernel.bench.process.BenchmarkFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/** Writes the results of the load scenario as CSV: a heading, then one line per case and server, or per round and server. */
public final class CsvReport {
    private static final String CASE_HEADING =
            "operation,agents,connections,server,rounds,per_second_median,per_second_min,"
                    + "per_second_max,ratio_median,ratio_min,ratio_max,latency_p50_us,latency_p99_us,latency_p999_us,latency_max_us,"
                    + "server_cpu_us,client_cpu_us,reconnects,unexpected";
    private static final String ROUND_HEADING = "operation,agents,connections,round,server,requests,seconds,per_second,"
            + "latency_p50_us,latency_p99_us,latency_p999_us,latency_max_us,server_cpu_us,client_cpu_us,reconnects,unexpected";

    private CsvReport() {}

    /** Returns the lines of one summary per case and server. */
    public static List<String> cases(List<CaseResult> results) {
        List<String> lines = new ArrayList<>(List.of(CASE_HEADING));
        for (CaseResult result : results) {
            lines.add(caseLine(result, "kernel", result.kernel()));
            lines.add(caseLine(result, "baseline", result.baseline()));
        }
        return lines;
    }

    /** Returns the lines of every single round. */
    public static List<String> rounds(List<CaseResult> results) {
        List<String> lines = new ArrayList<>(List.of(ROUND_HEADING));
        for (CaseResult result : results) {
            int number = 0;
            for (RoundPair pair : result.rounds()) {
                number++;
                lines.add(roundLine(result, number, "kernel", pair.kernel()));
                lines.add(roundLine(result, number, "baseline", pair.baseline()));
            }
        }
        return lines;
    }

    /** Writes the lines to a file, replacing it. */
    public static void write(Path file, List<String> lines) {
        try {
            Files.write(file, lines);
        } catch (IOException failure) {
            throw new BenchmarkFailure("cannot write the CSV file " + file + ": " + failure, failure);
        }
    }

    private static String caseLine(CaseResult result, String server, CaseResult.Figures figures) {
        Statistics perSecond = figures.perSecond();
        Statistics ratio = result.ratio();
        long unexpected = figures.unexpected().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return key(result) + "," + server + "," + result.rounds().size() + ","
                + numbers(
                        perSecond.median(), perSecond.min(), perSecond.max(), ratio.median(), ratio.min(), ratio.max())
                + "," + latencies(figures.latencies()) + ","
                + numbers(
                        figures.serverCpuMicros().median(),
                        figures.clientCpuMicros().median())
                + "," + figures.reconnects() + "," + unexpected;
    }

    private static String roundLine(CaseResult result, int number, String server, Round round) {
        return key(result) + "," + number + "," + server + "," + round.load().requests() + ","
                + numbers(round.load().elapsed().toNanos() / 1e9, round.load().perSecond()) + ","
                + latencies(round.load().latencies()) + ","
                + numbers(round.serverCpuMicrosPerRequest(), round.clientCpuMicrosPerRequest()) + ","
                + round.load().reconnects() + "," + round.load().unexpectedCount();
    }

    private static String key(CaseResult result) {
        return result.operation().label() + "," + result.agents() + "," + result.connections();
    }

    private static String latencies(Histogram nanos) {
        return numbers(
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3,
                nanos.getValueAtPercentile(99.9) / 1e3,
                nanos.getMaxValue() / 1e3);
    }

    /** An unknown number is an empty field. */
    private static String numbers(double... values) {
        return DoubleStream.of(values)
                .mapToObj(value -> Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value))
                .collect(Collectors.joining(","));
    }
}
