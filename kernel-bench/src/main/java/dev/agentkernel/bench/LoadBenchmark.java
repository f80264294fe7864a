package dev.agentkernel.bench;

import dev.agentkernel.bench.cluster.ClusterScenario;
import dev.agentkernel.bench.load.BesideScenario;
import dev.agentkernel.bench.load.CaseResult;
import dev.agentkernel.bench.load.LoadScenario;
import dev.agentkernel.bench.load.LoadSettings;
import dev.agentkernel.bench.memory.MemoryScenario;
import dev.agentkernel.bench.memory.ResidentMemory;
import dev.agentkernel.bench.process.BaselineProcess;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import dev.agentkernel.bench.process.MeasuredServer;
import dev.agentkernel.bench.process.Workspace;
import dev.agentkernel.bench.queues.QueueScenario;
import dev.agentkernel.bench.report.CsvReport;
import dev.agentkernel.bench.report.LoadReport;
import dev.agentkernel.bench.report.Machine;
import dev.agentkernel.bench.soak.SoakScenario;
import dev.agentkernel.bench.sockets.SocketScenario;
import dev.agentkernel.bench.sockets.StreamScenario;
import dev.agentkernel.bench.waiting.WaitingScenario;
import dev.agentkernel.bench.webhooks.WebhookScenario;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Runs the load benchmark from the command line and exits with 0 only when every answer had the expected status. */
public final class LoadBenchmark {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private final PrintStream report;
    private final PrintStream progress;

    LoadBenchmark(PrintStream report, PrintStream progress) {
        this.report = report;
        this.progress = progress;
    }

    /** Runs the benchmark; {@code --help} tells the options. */
    public static void main(String[] arguments) {
        PrintStream report = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream progress = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(new LoadBenchmark(report, progress).run(arguments));
    }

    /** Runs the benchmark and returns the exit status. */
    int run(String... arguments) {
        if (List.of(arguments).contains("--help")) {
            report.print(BenchmarkOptions.HELP);
            return 0;
        }
        BenchmarkOptions options;
        try {
            options = new BenchmarkOptions(arguments);
        } catch (BenchmarkFailure failure) {
            progress.println(failure.getMessage());
            return WRONG_USAGE;
        }
        try {
            return switch (options.scenario()) {
                case LOAD -> load(options);
                case MEMORY -> memory(options);
                case QUEUES -> queues(options);
                case BESIDE -> beside(options);
                case SOCKETS -> sockets(options);
                case WAITING -> waiting(options);
                case WEBHOOKS -> webhooks(options);
                case STREAMS -> streams(options);
                case CLUSTER -> cluster(options);
                case SOAK -> soak(options);
            };
        } catch (BenchmarkFailure failure) {
            progress.println("failed: " + failure.getMessage());
            return FAILED;
        }
    }

    private int load(BenchmarkOptions options) {
        LoadSettings settings = options.load();
        try (Workspace workspace = openWorkspace(options);
                MeasuredServer kernel = kernel(options, workspace);
                BaselineProcess baseline = BaselineProcess.start(options.java(), workspace.resolve("baseline.log"))) {
            List<CaseResult> results = new LoadScenario(kernel, baseline, settings, progress::println).run();
            report(results, settings, workspace);
            memoryAtEnd(kernel);
            memoryAtEnd(baseline);
            options.csv().ifPresent(file -> CsvReport.write(file, CsvReport.cases(results)));
            options.roundsCsv().ifPresent(file -> CsvReport.write(file, CsvReport.rounds(results)));
            return LoadReport.hasUnexpected(results) ? FAILED : 0;
        }
    }

    private int memory(BenchmarkOptions options) {
        try (Workspace workspace = openWorkspace(options)) {
            machine(workspace);
            new MemoryScenario(kernelSettings(options, workspace), options.queuedMebibytes(), report::println).run();
            return 0;
        }
    }

    private int queues(BenchmarkOptions options) {
        try (Workspace workspace = openWorkspace(options)) {
            machine(workspace);
            new QueueScenario(
                            kernelSettings(options, workspace),
                            options.queues(),
                            System.getenv(),
                            report::println,
                            progress::println)
                    .run();
            return 0;
        }
    }

    private int beside(BenchmarkOptions options) {
        try (Workspace workspace = openWorkspace(options)) {
            machine(workspace);
            new BesideScenario(
                            kernelSettings(options, workspace),
                            options.load(),
                            options.beside(),
                            report::println,
                            progress::println)
                    .run();
            return 0;
        }
    }

    private int sockets(BenchmarkOptions options) {
        try (Workspace workspace = openWorkspace(options)) {
            machine(workspace);
            new SocketScenario(kernelSettings(options, workspace), options.sockets(), report::println).run();
            return 0;
        }
    }

    private int waiting(BenchmarkOptions options) {
        try (Workspace workspace = openWorkspace(options)) {
            machine(workspace);
            new WaitingScenario(kernelSettings(options, workspace), options.requests(), report::println).run();
            return 0;
        }
    }

    private int webhooks(BenchmarkOptions options) {
        try (Workspace workspace = openWorkspace(options)) {
            machine(workspace);
            new WebhookScenario(
                            kernelSettings(options, workspace),
                            workspace.resolve("receiver.p12"),
                            options.rate(),
                            options.pairs(),
                            report::println)
                    .run();
            return 0;
        }
    }

    private int streams(BenchmarkOptions options) {
        try (Workspace workspace = openWorkspace(options)) {
            machine(workspace);
            new StreamScenario(
                            kernelSettings(options, workspace),
                            options.subscribers(),
                            options.pairs(),
                            options.load().roundTime(),
                            report::println)
                    .run();
            return 0;
        }
    }

    private int cluster(BenchmarkOptions options) {
        try (Workspace workspace = openWorkspace(options)) {
            machine(workspace);
            new ClusterScenario(
                            kernelSettings(options, workspace),
                            options.replicas(),
                            options.pairs(),
                            options.load().roundTime(),
                            report::println)
                    .run();
            return 0;
        }
    }

    private int soak(BenchmarkOptions options) {
        try (Workspace workspace = openWorkspace(options)) {
            machine(workspace);
            boolean held = new SoakScenario(
                            kernelSettings(options, workspace),
                            options.soak(System.getenv()),
                            System.getenv(),
                            report::println,
                            progress::println)
                    .run();
            if (!held) {
                workspace.keep();
                progress.println("data and logs stay in " + workspace.directory());
            }
            return held ? 0 : FAILED;
        }
    }

    private Workspace openWorkspace(BenchmarkOptions options) {
        Workspace workspace = Workspace.createIn(options.dataParent());
        progress.println("data and logs are in " + workspace.directory() + " until the end");
        if (workspace.fileSystem().equals("tmpfs")) {
            progress.println(
                    "warning: that is memory, not a disk: a durable write costs nothing there; use --data-dir");
        }
        return workspace;
    }

    private MeasuredServer kernel(BenchmarkOptions options, Workspace workspace) {
        Optional<? extends MeasuredServer> running = options.target();
        if (running.isPresent()) {
            return running.get();
        }
        KernelProcess kernel = KernelProcess.start(kernelSettings(options, workspace));
        progress.println(String.format(
                Locale.ROOT, "kernel ready after %.1f s", kernel.startUp().toMillis() / 1e3));
        return kernel;
    }

    private static KernelProcess.Settings kernelSettings(BenchmarkOptions options, Workspace workspace) {
        Path jar = options.kernelJar();
        return new KernelProcess.Settings(
                options.java(),
                jar,
                workspace.resolve("data"),
                options.kernelArguments(),
                workspace.resolve("kernel.log"));
    }

    private void report(List<CaseResult> results, LoadSettings settings, Workspace workspace) {
        machine(workspace);
        report.println(String.format(
                Locale.ROOT,
                "%d rounds of %.1f s each, kernel and bare Tomcat in turn, after %.1f s of warm-up",
                settings.rounds(),
                settings.roundTime().toMillis() / 1e3,
                settings.warmUp().toMillis() / 1e3));
        report.println();
        report.print(LoadReport.table(results));
        report.println();
        LoadReport.remarks(results).forEach(report::println);
    }

    private void machine(Workspace workspace) {
        report.println(Machine.describe());
        report.println(String.format(
                Locale.ROOT,
                "data on %s, where appending 4 KiB and forcing it takes %.2f ms (median)",
                workspace.fileSystem(),
                workspace.forcedWrite().toNanos() / 1e6));
    }

    private void memoryAtEnd(MeasuredServer server) {
        server.figures()
                .ifPresent(process -> report.println(server.name() + " at the end: " + ResidentMemory.of(process)));
    }
}
