package dev.agentkernel.bench.load;

import dev.agentkernel.bench.client.ClosedLoop;
import dev.agentkernel.bench.client.LoadPlan;
import dev.agentkernel.bench.client.LoadResult;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import dev.agentkernel.bench.report.Figures;
import dev.agentkernel.bench.report.MarkdownTable;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Measures durable sends of one kernel, which goes on running and is warmed up once, in turn with another program. One table at the
 * end.
 */
public final class BesideScenario {

    private final KernelProcess.Settings kernelSettings;
    private final LoadSettings settings;
    private final OtherProgram other;
    private final Consumer<String> line;
    private final Consumer<String> progress;

    /**
     * Creates a scenario that starts its kernel itself.
     *
     * @param command the other program, for the shell; the last line it prints is its rate per second
     */
    public BesideScenario(
            KernelProcess.Settings kernelSettings,
            LoadSettings settings,
            String command,
            Consumer<String> line,
            Consumer<String> progress) {
        this.kernelSettings = kernelSettings;
        this.settings = settings;
        this.other = new OtherProgram(command);
        this.line = line;
        this.progress = progress;
    }

    /** Runs the scenario, and fails when a message was refused. */
    public void run() {
        double[] sends = new double[settings.rounds()];
        double[] others = new double[settings.rounds()];
        double[] ratios = new double[settings.rounds()];
        int connections = Collections.max(settings.connections());
        try (KernelProcess kernel = KernelProcess.start(kernelSettings);
                ApiClient api = new ApiClient(kernel.address())) {
            Population population = new Population(api);
            population.growTo(LoadSettings.AGENTS_AT_FIRST, agents -> {});
            Workload workload = Operation.SEND.prepare(population, api);
            if (settings.warmUp().isPositive()) {
                send(kernel, workload, connections, settings.warmUp());
            }
            for (int i = 0; i < settings.rounds(); i++) {
                others[i] = other.perSecond();
                sends[i] = send(kernel, workload, connections, settings.roundTime());
                ratios[i] = sends[i] / others[i];
                progress.accept(String.format(
                        Locale.ROOT,
                        "round %d of %d: sends %,.0f/s, the other %,.0f/s, ratio %.2f",
                        i + 1,
                        settings.rounds(),
                        sends[i],
                        others[i],
                        ratios[i]));
            }
        }
        MarkdownTable table = new MarkdownTable(List.of(connections + " connections", "median (range)"));
        table.add(List.of("durable sends over HTTP, per second", Figures.range("%,.0f", Statistics.of(sends))));
        table.add(List.of("the other program, per second", Figures.range("%,.0f", Statistics.of(others))));
        table.add(List.of("ratio", Figures.range("%.2f", Statistics.of(ratios))));
        line.accept("");
        line.accept(table.render());
    }

    private static double send(KernelProcess kernel, Workload workload, int connections, Duration time) {
        LoadPlan plan = LoadPlan.timed(
                kernel.address(), connections, workload.requests(), Operation.SEND.expectedStatus(), time);
        LoadResult result;
        try {
            result = ClosedLoop.run(plan);
        } catch (IOException failure) {
            throw new BenchmarkFailure("the kernel failed: " + failure.getMessage(), failure);
        }
        if (!result.unexpected().isEmpty()) {
            throw new BenchmarkFailure("not every message was accepted: " + result.unexpected());
        }
        return result.perSecond();
    }
}
