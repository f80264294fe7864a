package dev.agentkernel.bench.load;

import dev.agentkernel.bench.client.ClosedLoop;
import dev.agentkernel.bench.client.LoadPlan;
import dev.agentkernel.bench.client.LoadResult;
import dev.agentkernel.bench.process.BaselineProcess;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.MeasuredServer;
import dev.agentkernel.bench.process.ProcessFigures;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures every operation at every number of connections in pairs of rounds: the kernel, then at once the bare server repeating
 * the kernel's own answer, so that whatever else the machine does meets both alike.
 */
public final class LoadScenario {
    private final MeasuredServer kernel;
    private final BaselineProcess baseline;
    private final LoadSettings settings;
    private final Consumer<String> progress;

    /** Creates a scenario over two servers that are ready; progress is told line by line. */
    public LoadScenario(
            MeasuredServer kernel, BaselineProcess baseline, LoadSettings settings, Consumer<String> progress) {
        this.kernel = kernel;
        this.baseline = baseline;
        this.settings = settings;
        this.progress = progress;
    }

    /** Runs all cases and returns them in order; answers with an unexpected status are in the results, not thrown. */
    public List<CaseResult> run() {
        try (ApiClient api = new ApiClient(kernel.address())) {
            Population population = new Population(api);
            List<CaseResult> results = new ArrayList<>();
            grow(population, LoadSettings.AGENTS_AT_FIRST);
            for (Operation operation : settings.operations()) {
                measure(operation, population, api, results);
            }
            if (settings.agentsMax() > population.size()) {
                grow(population, settings.agentsMax());
                for (Operation operation : Operation.WITH_MANY_AGENTS) {
                    if (settings.operations().contains(operation)) {
                        measure(operation, population, api, results);
                    }
                }
            }
            return results;
        }
    }

    private void grow(Population population, int size) {
        long startNanos = System.nanoTime();
        int before = population.size();
        population.growTo(size, agents -> {
            if (agents % 10_000 == 0 || agents == size) {
                double seconds = (System.nanoTime() - startNanos) / 1e9;
                progress.accept(String.format(
                        Locale.ROOT,
                        "registered %,d of %,d agents, %.0f/s",
                        agents,
                        size,
                        (agents - before) / seconds));
            }
        });
    }

    private void measure(Operation operation, Population population, ApiClient api, List<CaseResult> results) {
        Workload workload = operation.prepare(population, api);
        baseline.repeat(api.record(workload.sample(), operation.expectedStatus()));
        // Most requests at first: what the compiler has not seen often enough would be slow in the cases of one
        // connection.
        warmUp(operation, workload, Collections.max(settings.connections()));
        for (int connections : settings.connections()) {
            String title = operation.label() + ", " + population.size() + " agents, " + connections + " connections";
            progress.accept(title + ": warm-up");
            warmUp(operation, workload, connections);
            results.add(new CaseResult(
                    operation, population.size(), connections, rounds(title, operation, workload, connections)));
        }
    }

    private void warmUp(Operation operation, Workload workload, int connections) {
        if (settings.warmUp().isPositive()) {
            run(kernel, operation, workload, connections, settings.warmUp());
            run(baseline, operation, workload, connections, settings.warmUp());
        }
    }

    private List<RoundPair> rounds(String title, Operation operation, Workload workload, int connections) {
        List<RoundPair> rounds = new ArrayList<>();
        for (int round = 1; round <= settings.rounds(); round++) {
            RoundPair pair = new RoundPair(
                    run(kernel, operation, workload, connections, settings.roundTime()),
                    run(baseline, operation, workload, connections, settings.roundTime()));
            rounds.add(pair);
            progress.accept(String.format(
                    Locale.ROOT,
                    "%s: round %d of %d: kernel %,.0f/s, baseline %,.0f/s, ratio %.3f",
                    title,
                    round,
                    settings.rounds(),
                    pair.kernel().load().perSecond(),
                    pair.baseline().load().perSecond(),
                    pair.ratio()));
        }
        return rounds;
    }

    private Round run(
            MeasuredServer server, Operation operation, Workload workload, int connections, Duration duration) {
        LoadPlan plan = LoadPlan.timed(
                server.address(), connections, workload.requests(), operation.expectedStatus(), duration);
        Optional<Duration> before = server.figures().flatMap(ProcessFigures::cpu);
        LoadResult result;
        try {
            result = ClosedLoop.run(plan);
        } catch (IOException failure) {
            throw new BenchmarkFailure(
                    operation.label() + " with " + connections + " connections: the " + server.name() + " failed: "
                            + failure.getMessage(),
                    failure);
        }
        Optional<Duration> after = server.figures().flatMap(ProcessFigures::cpu);
        double cpuMicros = before.isPresent() && after.isPresent()
                ? after.get().minus(before.get()).toNanos() / 1e3 / result.requests()
                : Double.NaN;
        return new Round(result, cpuMicros);
    }
}
