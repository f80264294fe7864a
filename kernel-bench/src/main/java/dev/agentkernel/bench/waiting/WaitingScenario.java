package dev.agentkernel.bench.waiting;

import dev.agentkernel.bench.client.BlockingConnection;
import dev.agentkernel.bench.client.Pace;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.load.Population;
import dev.agentkernel.bench.load.Sending;
import dev.agentkernel.bench.memory.IdleCost;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import dev.agentkernel.bench.report.Figures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Lets a request of each of many agents wait for a message and reports what one costs meanwhile; then sends one message to each, at
 * a steady rate, and reports the time from the send to the answer.
 */
public final class WaitingScenario {

    private static final int RATE = 500;
    private static final int WARM_UP = 200;
    private static final String WAIT = "/v1/messages?wait=60";
    private static final Pattern CONTENT = Pattern.compile("\"content\":\"(\\d+)\"");

    private final KernelProcess.Settings settings;
    private final int requests;
    private final Consumer<String> line;

    /** Creates a scenario that starts its kernel itself; every finding is told as a line. */
    public WaitingScenario(KernelProcess.Settings settings, int requests, Consumer<String> line) {
        this.settings = settings;
        this.requests = requests;
        this.line = line;
    }

    /**
     * Runs the scenario.
     *
     * @throws BenchmarkFailure if a request did not wait until its message came
     */
    public void run() {
        try (KernelProcess kernel = KernelProcess.start(settings);
                ApiClient api = new ApiClient(kernel.address())) {
            Population population = new Population(api);
            population.growTo(requests + 1, agents -> {});
            List<Agent> agents = population.spread(requests + 1);
            Agent sender = agents.getLast();
            List<Agent> waiting = agents.subList(0, requests);
            round(kernel, waiting.subList(0, Math.min(WARM_UP, requests)), sender);
            IdleCost.Moment before = IdleCost.Moment.of(kernel);
            List<BlockingConnection> connections = wait(kernel, waiting);
            IdleCost each = before.eachUntil(IdleCost.Moment.of(kernel), requests);
            line.accept(Figures.table(
                    List.of("waiting requests", "heap KiB each", "resident KiB each"),
                    List.of(Figures.count(requests), each.heap(), each.resident())));
            ConcurrentHistogram latencies = wake(kernel, connections, waiting, sender);
            line.accept("send to answer of the request that waits, " + RATE + " a second:");
            line.accept(Figures.table(
                    Figures.withLatencies("sends", "answered"),
                    Figures.withLatencies(
                            latencies, Figures.count(requests), Figures.count(latencies.getTotalCount()))));
            requireAllWaited(latencies.getTotalCount());
        } catch (IOException failure) {
            throw new BenchmarkFailure("a connection broke: " + failure.getMessage(), failure);
        }
    }

    /** Whoever was refused, or came too early, costs less than who waits, so the figures would flatter. */
    private void requireAllWaited(long answered) {
        if (answered < requests) {
            throw new BenchmarkFailure("of " + requests + " requests only " + answered
                    + " waited for their message; does the heap let so many wait (64 KiB each, in a quarter of it)?");
        }
    }

    private static void round(KernelProcess kernel, List<Agent> waiting, Agent sender) throws IOException {
        wake(kernel, wait(kernel, waiting), waiting, sender);
    }

    private static List<BlockingConnection> wait(KernelProcess kernel, List<Agent> agents) throws IOException {
        List<BlockingConnection> connections = new ArrayList<>(agents.size());
        for (Agent agent : agents) {
            BlockingConnection connection = new BlockingConnection(kernel.address());
            connection.send(Request.get(WAIT, agent.token()));
            connections.add(connection);
        }
        return connections;
    }

    private static ConcurrentHistogram wake(
            KernelProcess kernel, List<BlockingConnection> connections, List<Agent> waiting, Agent sender)
            throws IOException {
        ConcurrentHistogram latencies = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(2), 3);
        Queue<IOException> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (BlockingConnection connection : connections) {
            threads.add(Thread.ofVirtual().start(() -> {
                try (connection) {
                    Matcher content = CONTENT.matcher(connection.receive().body());
                    if (content.find()) {
                        latencies.recordValue(Math.max(0, System.nanoTime() - Long.parseLong(content.group(1))));
                    }
                } catch (IOException broken) {
                    failures.add(broken);
                }
            }));
        }
        try (Sending sending = new Sending(kernel.address(), List.of(sender))) {
            Pace.keep(
                    waiting.size(),
                    RATE,
                    (number, dueNanos) -> sending.send(number, dueNanos, waiting.get((int) number)));
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted while requests waited", stop);
        }
        if (!failures.isEmpty()) {
            throw failures.element();
        }
        return latencies;
    }
}
