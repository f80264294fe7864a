package dev.agentkernel.bench.jmh;

import dev.agentkernel.bench.report.MarkdownTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the micro-benchmarks and prints one table of all results. Arguments are those of JMH; without a thread count, the write
 * path runs with 1, 16 and 64 threads.
 */
public final class MicroBenchmarks {

    private static final int[] WRITER_THREADS = {1, 16, 64};
    private static final String WRITE_PATH = "\\.WritePathBenchmark\\.";
    private static final String ALL_BUT_THE_WRITE_PATH = "^(?!.*" + WRITE_PATH + ")";

    private MicroBenchmarks() {}

    /** Runs what the arguments choose, everything if they choose nothing; ends with status 1 when there is no such benchmark. */
    public static void main(String[] arguments) throws Exception {
        CommandLineOptions given = new CommandLineOptions(arguments);
        if (given.shouldHelp()) {
            given.showHelp();
            return;
        }
        List<RunResult> results = runAll(given);
        if (results.isEmpty()) {
            System.err.println("no benchmark has a name that matches " + given.getIncludes());
            System.exit(1);
        }
        System.out.println();
        System.out.print(tableOf(results));
    }

    private static List<RunResult> runAll(Options given) throws RunnerException {
        if (given.getThreads().hasValue()) {
            return List.copyOf(run(given));
        }
        List<RunResult> results = new ArrayList<>(
                run(new OptionsBuilder().parent(given).exclude(WRITE_PATH).build()));
        for (int threads : WRITER_THREADS) {
            results.addAll(run(new OptionsBuilder()
                    .parent(given)
                    .exclude(ALL_BUT_THE_WRITE_PATH)
                    .threads(threads)
                    .build()));
        }
        return results;
    }

    private static Collection<RunResult> run(Options options) throws RunnerException {
        try {
            return new Runner(options).run();
        } catch (NoBenchmarksException noneOfThese) {
            return List.of();
        }
    }

    private static String tableOf(List<RunResult> results) {
        MarkdownTable table = new MarkdownTable(List.of("benchmark", "threads", "result", "±", "unit", "p99"));
        for (RunResult run : results) {
            BenchmarkParams parameters = run.getParams();
            Result<?> result = run.getPrimaryResult();
            boolean sampled = parameters.getMode() == Mode.SampleTime;
            table.add(List.of(
                    nameOf(parameters),
                    Integer.toString(parameters.getThreads()),
                    number(result.getScore()),
                    number(result.getScoreError()),
                    result.getScoreUnit(),
                    sampled ? number(result.getStatistics().getPercentile(99)) : ""));
        }
        return table.render();
    }

    private static String nameOf(BenchmarkParams parameters) {
        String name = parameters.getBenchmark();
        String shortName = name.substring(MicroBenchmarks.class.getPackageName().length() + 1)
                .replace("Benchmark.", " ");
        return parameters.getParamsKeys().stream()
                .map(key -> ", " + key + " " + parameters.getParam(key))
                .collect(Collectors.joining("", shortName, ""));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%,.2f" : "%,.0f", value);
    }
}
