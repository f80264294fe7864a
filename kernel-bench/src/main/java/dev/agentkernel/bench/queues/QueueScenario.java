package dev.agentkernel.bench.queues;

import dev.agentkernel.bench.client.ClosedLoop;
import dev.agentkernel.bench.client.EncodedRequests;
import dev.agentkernel.bench.client.LoadPlan;
import dev.agentkernel.bench.client.LoadResult;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.client.RequestSource;
import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.load.Population;
import dev.agentkernel.bench.load.Statistics;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import dev.agentkernel.bench.report.Figures;
import dev.agentkernel.bench.report.MarkdownTable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Measures sending and taking of 100 bytes: with all queues empty; beside many messages that wait; after as many were sent and
 * taken; and, on PostgreSQL, after that while a transaction stays open elsewhere. One table at the end holds each phase against the
 * first.
 */
public final class QueueScenario {
    private static final Duration TIMEOUT = Duration.ofHours(2);
    private static final String HUNDRED_BYTES = "0123456789".repeat(10);

    private final KernelProcess.Settings kernelSettings;
    private final QueueSettings settings;
    private final Map<String, String> environment;
    private final Consumer<String> line;
    private final Consumer<String> progress;
    private final MarkdownTable table = new MarkdownTable(List.of(
            "phase", "send /s (range)", "of empty", "take /s (range)", "of empty", "send p99 ms", "take p99 ms"));

    private double emptySend = Double.NaN;
    private double emptyTake = Double.NaN;

    /**
     * Creates a scenario that starts its kernel itself.
     *
     * @param environment says where the kernel's database is, as it does to the kernel
     */
    public QueueScenario(
            KernelProcess.Settings kernelSettings,
            QueueSettings settings,
            Map<String, String> environment,
            Consumer<String> line,
            Consumer<String> progress) {
        this.kernelSettings = kernelSettings;
        this.settings = settings;
        this.environment = Map.copyOf(environment);
        this.line = line;
        this.progress = progress;
    }

    private record Rates(LoadResult send, LoadResult take) {}

    /** The two kinds of requests, spread over all agents. */
    private record Requests(RequestSource sends, RequestSource takes) {}

    /** Runs the scenario, and fails when a message was refused. */
    public void run() {
        try (KernelProcess kernel = KernelProcess.start(kernelSettings);
                ApiClient api = new ApiClient(kernel.address())) {
            Population population = new Population(api);
            population.growTo(settings.agents(), this::tellProgress);
            Requests requests = requests(population);
            round(kernel, requests);
            phase("empty", kernel, requests);
            send(kernel, requests, settings.queued());
            phase(String.format(Locale.ROOT, "%,d queued", settings.queued()), kernel, requests);
            take(kernel, requests, settings.queued());
            if (settings.churned() > 0) {
                churn(kernel, requests);
                phase(String.format(Locale.ROOT, "%,d sent and taken", settings.churned()), kernel, requests);
                withLongTransaction(kernel, requests);
            }
        }
        line.accept("");
        line.accept(table.render());
    }

    private void withLongTransaction(KernelProcess kernel, Requests requests) {
        Optional<String> database = LongTransaction.database(environment);
        if (database.isPresent()) {
            try (LongTransaction open = LongTransaction.begin(database.get(), environment)) {
                churn(kernel, requests);
                phase(String.format(Locale.ROOT, "%,d more, a transaction open", settings.churned()), kernel, requests);
            }
        }
    }

    private void tellProgress(int agents) {
        if (agents % 10_000 == 0 || agents == settings.agents()) {
            progress.accept(String.format(Locale.ROOT, "registered %,d of %,d agents", agents, settings.agents()));
        }
    }

    private static Requests requests(Population population) {
        List<Agent> senders = population.senders();
        List<Agent> recipients = population.recipients();
        return new Requests(
                new EncodedRequests(IntStream.range(0, recipients.size())
                        .mapToObj(i -> Request.message(
                                senders.get(i % senders.size()).token(),
                                recipients.get(i).address(),
                                HUNDRED_BYTES))
                        .toList()),
                new EncodedRequests(recipients.stream()
                        .map(agent -> Request.get("/v1/messages?limit=1", agent.token()))
                        .toList()));
    }

    private void phase(String name, KernelProcess kernel, Requests requests) {
        double[] sends = new double[settings.rounds()];
        double[] takes = new double[settings.rounds()];
        double sendLatency = 0;
        double takeLatency = 0;
        for (int i = 0; i < settings.rounds(); i++) {
            Rates rates = round(kernel, requests);
            sends[i] = rates.send().perSecond();
            takes[i] = rates.take().perSecond();
            sendLatency = Math.max(sendLatency, rates.send().latencies().getValueAtPercentile(99) / 1e6);
            takeLatency = Math.max(takeLatency, rates.take().latencies().getValueAtPercentile(99) / 1e6);
            progress.accept(String.format(
                    Locale.ROOT,
                    "%s: round %d of %d: send %,.0f/s, take %,.0f/s",
                    name,
                    i + 1,
                    settings.rounds(),
                    sends[i],
                    takes[i]));
        }
        Statistics send = Statistics.of(sends);
        Statistics take = Statistics.of(takes);
        if (Double.isNaN(emptySend)) {
            emptySend = send.median();
            emptyTake = take.median();
        }
        table.add(List.of(
                name,
                Figures.range("%,.0f", send),
                part(send, emptySend),
                Figures.range("%,.0f", take),
                part(take, emptyTake),
                String.format(Locale.ROOT, "%.1f", sendLatency),
                String.format(Locale.ROOT, "%.1f", takeLatency)));
    }

    private static String part(Statistics rate, double ofEmpty) {
        return String.format(Locale.ROOT, "%.2f", rate.median() / ofEmpty);
    }

    /** Leaves the queues as long as they were. */
    private Rates round(KernelProcess kernel, Requests requests) {
        return new Rates(send(kernel, requests, settings.sample()), take(kernel, requests, settings.sample()));
    }

    private void churn(KernelProcess kernel, Requests requests) {
        int left = settings.churned();
        while (left > 0) {
            int step = Math.min(left, Math.max(settings.sample(), 100_000));
            send(kernel, requests, step);
            take(kernel, requests, step);
            left -= step;
            progress.accept(String.format(Locale.ROOT, "%,d messages are left to be sent and taken", left));
        }
    }

    private LoadResult send(KernelProcess kernel, Requests requests, int messages) {
        return run(kernel, requests.sends(), 202, messages);
    }

    private LoadResult take(KernelProcess kernel, Requests requests, int messages) {
        return run(kernel, requests.takes(), 200, messages);
    }

    private LoadResult run(KernelProcess kernel, RequestSource requests, int status, int count) {
        LoadResult result;
        try {
            result = ClosedLoop.run(
                    new LoadPlan(kernel.address(), settings.connections(), requests, status, TIMEOUT, count));
        } catch (IOException failure) {
            throw new BenchmarkFailure("the kernel failed: " + failure.getMessage(), failure);
        }
        if (result.requests() != count) {
            throw new BenchmarkFailure("only " + result.requests() + " of " + count
                    + " requests were answered as they should; other outcomes: " + result.unexpected());
        }
        return result;
    }
}
