package dev.agentkernel.bench.cluster;

import dev.agentkernel.bench.client.ClosedLoop;
import dev.agentkernel.bench.client.EncodedRequests;
import dev.agentkernel.bench.client.LoadPlan;
import dev.agentkernel.bench.client.LoadResult;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.load.Population;
import dev.agentkernel.bench.load.Statistics;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import dev.agentkernel.bench.report.MarkdownTable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Several replicas on one database: how long a message takes from a send at the first to the frame at a socket of the second, with
 * notifications and without; how many notifications a steady load over all of them costs; and how fast two replicas take sends
 * beside one, on the same processors, when there are no more than these two.
 */
public final class ClusterScenario {

    private static final int RECEIVERS = 100;
    private static final int RATE = 1_000;
    private static final int LATENCY_RATE = 200;
    private static final int CONNECTIONS = 32;
    private static final int COMPARED = 2;
    private static final Duration SPAN = Duration.ofSeconds(10);
    private static final Duration WARM_UP = Duration.ofSeconds(110);

    /** The same for as many requests as a replica takes; longer than it takes to notice that the others are gone. */
    private static final Duration WARM_UP_OF_SENDS = Duration.ofSeconds(12);

    private static final String HUNDRED_BYTES = "0123456789".repeat(10);

    private final KernelProcess.Settings settings;
    private final int replicaCount;
    private final int pairs;
    private final Duration roundTime;
    private final Consumer<String> report;

    /**
     * Creates a scenario that starts its replicas itself.
     *
     * @param settings how each is started; the arguments name the database
     * @param replicaCount how many run, two at least
     * @param pairs of rounds with one replica and with two
     * @param roundTime length of a round
     * @param report gets the tables line by line
     */
    public ClusterScenario(
            KernelProcess.Settings settings, int replicaCount, int pairs, Duration roundTime, Consumer<String> report) {
        this.settings = settings;
        this.replicaCount = replicaCount;
        this.pairs = pairs;
        this.roundTime = roundTime;
        this.report = report;
    }

    /** Runs the scenario. */
    public void run() {
        tell(replicaCount + " replicas");
        MarkdownTable latencies = new MarkdownTable(
                List.of("send at A, frame at B", "messages/s", "arrived", "p50 ms", "p99 ms", "at most ms"));
        try (Replicas replicas = Replicas.start(settings, replicaCount, List.of())) {
            List<Agent> agents = register(replicas);
            warmUp(replicas, agents);
            latency(latencies, "with notifications", replicas, agents);
            notifications(replicas, agents);
            // A third would take its part of the processors in either kind of round.
            replicas.keep(COMPARED);
            pairs(replicas.addresses(), agents);
        }
        List<String> suppressed = List.of("--kernel.cluster.registry-backend=postgres_poll");
        try (Replicas replicas = Replicas.start(settings, replicaCount, suppressed)) {
            latency(latencies, "every notification suppressed", replicas, register(replicas));
        }
        tell(latencies.render());
    }

    private static List<Agent> register(Replicas replicas) {
        try (ApiClient api = new ApiClient(replicas.addresses().getFirst())) {
            Population population = new Population(api);
            population.growTo(2 * RECEIVERS, agents -> {});
            return population.spread(2 * RECEIVERS);
        }
    }

    /** Until the compilers have settled, of which each process has its own. */
    private static void warmUp(Replicas replicas, List<Agent> agents) {
        crossing(agents).run(replicas.addresses(), replicas.addresses(), RATE, WARM_UP, () -> {});
    }

    private static Crossing crossing(List<Agent> agents) {
        return new Crossing(agents.subList(0, RECEIVERS), agents.subList(RECEIVERS, 2 * RECEIVERS));
    }

    private static void latency(MarkdownTable table, String name, Replicas replicas, List<Agent> agents) {
        List<InetSocketAddress> first = replicas.addresses().subList(0, 1);
        List<InetSocketAddress> second = replicas.addresses().subList(1, 2);
        Crossing.Outcome outcome = crossing(agents).run(first, second, LATENCY_RATE, SPAN, () -> {});
        table.add(List.of(
                name,
                Integer.toString(LATENCY_RATE),
                outcome.arrived() + " of " + outcome.sent(),
                milliseconds(outcome.latencies().getValueAtPercentile(50)),
                milliseconds(outcome.latencies().getValueAtPercentile(99)),
                milliseconds(outcome.latencies().getMaxValue())));
    }

    private static String milliseconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
    }

    private void notifications(Replicas replicas, List<Agent> agents) {
        double[] before = new double[replicaCount];
        Crossing.Outcome outcome = crossing(agents)
                .run(
                        replicas.addresses(),
                        replicas.addresses(),
                        RATE,
                        SPAN,
                        () -> System.arraycopy(replicas.notifications(), 0, before, 0, replicaCount));
        double[] after = replicas.notifications();
        double seconds = outcome.seconds();
        MarkdownTable table = new MarkdownTable(List.of("replica", "sends/s of all", "notifications/s"));
        String rate = String.format(Locale.ROOT, "%.0f", outcome.sent() / seconds);
        for (int i = 0; i < replicaCount; i++) {
            table.add(List.of(Replicas.name(i), rate, perSecond(after[i] - before[i], seconds)));
        }
        tell(table.render());
    }

    private static String perSecond(double count, double seconds) {
        return String.format(Locale.ROOT, "%.1f", count / seconds);
    }

    /** Rounds with all connections at one replica while the other is idle, and with half of them at each, in turn. */
    private void pairs(List<InetSocketAddress> two, List<Agent> agents) {
        List<InetSocketAddress> one = two.subList(0, 1);
        sends(one, agents, WARM_UP_OF_SENDS);
        sends(two, agents, WARM_UP_OF_SENDS);
        MarkdownTable table =
                new MarkdownTable(List.of("pair", "one replica, sends/s", "two replicas, sends/s", "ratio"));
        double[] ratios = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            double alone = sends(one, agents, roundTime);
            double both = sends(two, agents, roundTime);
            ratios[i] = both / alone;
            table.add(List.of(
                    Integer.toString(i + 1),
                    String.format(Locale.ROOT, "%.0f", alone),
                    String.format(Locale.ROOT, "%.0f", both),
                    String.format(Locale.ROOT, "%.2f", ratios[i])));
        }
        tell(table.render());
        Statistics statistics = Statistics.of(ratios);
        tell(String.format(
                Locale.ROOT,
                "two replicas take %.2f of what one takes (median of %d pairs, %.2f to %.2f), %d connections in all",
                statistics.median(),
                pairs,
                statistics.min(),
                statistics.max(),
                CONNECTIONS));
    }

    private static double sends(List<InetSocketAddress> servers, List<Agent> agents, Duration time) {
        int connections = CONNECTIONS / servers.size();
        try (ExecutorService threads = Executors.newFixedThreadPool(servers.size())) {
            List<Callable<LoadResult>> loops = new ArrayList<>();
            List<Request> messages = messages(agents);
            for (InetSocketAddress server : servers) {
                LoadPlan plan = LoadPlan.timed(server, connections, new EncodedRequests(messages), 202, time);
                // Not those who send at the others at the moment.
                Collections.rotate(messages, messages.size() / servers.size());
                loops.add(() -> ClosedLoop.run(plan));
            }
            double perSecond = 0;
            for (Future<LoadResult> loop : threads.invokeAll(loops)) {
                LoadResult result = loop.get();
                if (result.unexpectedCount() > 0) {
                    throw new BenchmarkFailure("sends were answered otherwise: " + result.unexpected());
                }
                perSecond += result.perSecond();
            }
            return perSecond;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted while sending", interrupted);
        } catch (ExecutionException failure) {
            throw new BenchmarkFailure("sending failed: " + failure.getCause(), failure);
        }
    }

    private static List<Request> messages(List<Agent> agents) {
        return IntStream.range(0, agents.size())
                .mapToObj(i -> Request.message(
                        agents.get(i).token(),
                        agents.get((i * 7 + 3) % agents.size()).address(),
                        HUNDRED_BYTES))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private void tell(String text) {
        text.lines().forEach(report);
        report.accept("");
    }

    static BenchmarkFailure broken(IOException failure) {
        return new BenchmarkFailure("a connection broke: " + failure.getMessage(), failure);
    }
}
