package dev.agentkernel.bench.sockets;

import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.load.Population;
import dev.agentkernel.bench.memory.IdleCost;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import dev.agentkernel.bench.report.Figures;
import dev.agentkernel.bench.report.MarkdownTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Connects a worker for each of many agents and reports what one costs while it is idle; lets some of them send to each other at
 * steady rates and acknowledge; lets workers die with a message in hand; and kills the kernel, whose workers all come back at once.
 */
public final class SocketScenario {

    private static final int TALKING = 1_000;
    private static final int WARM_UP_RATE = 1_000;

    /** Until the just-in-time compilers have settled; before, they take more of the processors than the kernel does. */
    private static final long WARM_UP_SECONDS = 60;

    private static final int[] RATES = {1_000, 5_000};
    private static final long SECONDS = 10;
    private static final int DYING = 200;
    private static final String FIRST = "first";
    private static final String SECOND = "second";

    private final KernelProcess.Settings settings;
    private final int sockets;
    private final Consumer<String> line;

    /** Creates a scenario that starts its kernels itself; every finding is told as a line. */
    public SocketScenario(KernelProcess.Settings settings, int sockets, Consumer<String> line) {
        this.settings = settings;
        this.sockets = sockets;
        this.line = line;
    }

    /** Runs the scenario. */
    public void run() {
        try {
            List<Agent> agents = untilItIsKilled();
            try (KernelProcess kernel = KernelProcess.start(settings)) {
                reconnect(kernel, agents);
            }
        } catch (IOException failure) {
            throw new BenchmarkFailure("a socket broke: " + failure.getMessage(), failure);
        }
    }

    private List<Agent> untilItIsKilled() throws IOException {
        try (KernelProcess kernel = KernelProcess.start(settings);
                ApiClient api = new ApiClient(kernel.address())) {
            Population population = new Population(api);
            population.growTo(sockets, agents -> {});
            List<Agent> agents = population.spread(sockets);
            List<WorkerSocket> open = idle(kernel, agents);
            int talking = Math.min(TALKING, open.size());
            open.subList(talking, open.size()).forEach(WorkerSocket::close);
            talk(agents.subList(0, talking), open.subList(0, talking));
            open.forEach(WorkerSocket::close);
            die(kernel, agents.subList(0, Math.min(DYING, agents.size())));
            kernel.kill();
            return agents;
        }
    }

    private List<WorkerSocket> idle(KernelProcess kernel, List<Agent> agents) throws IOException {
        connect(kernel, agents.subList(0, Math.min(200, agents.size()))).forEach(WorkerSocket::close);
        IdleCost.Moment before = IdleCost.Moment.of(kernel);
        long startNanos = System.nanoTime();
        List<WorkerSocket> open = connect(kernel, agents);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        IdleCost each = before.eachUntil(IdleCost.Moment.of(kernel), open.size());
        line.accept(Figures.table(
                List.of("idle sockets", "connected in s, one by one", "heap KiB each", "resident KiB each"),
                List.of(Figures.count(open.size()), Figures.decimal(seconds), each.heap(), each.resident())));
        return open;
    }

    private static List<WorkerSocket> connect(KernelProcess kernel, List<Agent> agents) throws IOException {
        List<WorkerSocket> open = new ArrayList<>();
        for (Agent agent : agents) {
            open.add(new WorkerSocket(kernel.address(), agent, FIRST));
        }
        return open;
    }

    private void talk(List<Agent> agents, List<WorkerSocket> open) throws IOException {
        Conversation conversation = new Conversation(agents, open);
        conversation.talk(WARM_UP_RATE, WARM_UP_SECONDS);
        MarkdownTable table = new MarkdownTable(
                Figures.withLatencies("messages/s asked for", "sockets", "acknowledged", "acknowledged/s", "of them"));
        for (int rate : RATES) {
            Conversation.Result result = conversation.talk(rate, SECONDS);
            table.add(Figures.withLatencies(
                    result.latencies(),
                    Figures.count(rate),
                    Figures.count(open.size()),
                    Figures.count(result.acknowledged()),
                    Figures.count(Math.round(result.acknowledged() / result.seconds())),
                    Figures.percent(result.acknowledged(), result.sent())));
        }
        line.accept("send to frame at the receiver:");
        line.accept(table.render());
    }

    /** A worker of each agent dies with a message in hand, which the other one gets. */
    private void die(KernelProcess kernel, List<Agent> agents) throws IOException {
        Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        for (Agent agent : agents) {
            try (WorkerSocket dying = new WorkerSocket(kernel.address(), agent, FIRST)) {
                dying.send(agent, "0");
                // The answer to the send may come first.
                boolean handed = HandedMessage.in(dying.read()).isPresent();
                while (!handed) {
                    handed = HandedMessage.in(dying.read()).isPresent();
                }
                try (WorkerSocket other = new WorkerSocket(kernel.address(), agent, SECOND)) {
                    long diedNanos = System.nanoTime();
                    dying.close();
                    HandedMessage.in(other.read())
                            .ifPresent(message -> latencies.recordValue(System.nanoTime() - diedNanos));
                }
            }
        }
        line.accept("end of the socket to frame at the other worker:");
        line.accept(Figures.table(
                Figures.withLatencies("workers that died"),
                Figures.withLatencies(latencies, Figures.count(latencies.getTotalCount()))));
    }

    private void reconnect(KernelProcess kernel, List<Agent> agents) throws IOException {
        Queue<WorkerSocket> open = new ConcurrentLinkedQueue<>();
        Queue<IOException> failures = new ConcurrentLinkedQueue<>();
        long startNanos = System.nanoTime();
        List<Thread> threads = agents.stream()
                .map(agent -> Thread.ofVirtual().start(() -> {
                    try {
                        open.add(new WorkerSocket(kernel.address(), agent, FIRST));
                    } catch (IOException failed) {
                        failures.add(failed);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new BenchmarkFailure("interrupted while workers connected", stop);
            }
        }
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        line.accept(Figures.table(
                List.of("sockets at once after kill -9", "all connected in s", "failed"),
                List.of(Figures.count(open.size()), Figures.decimal(seconds), Figures.count(failures.size()))));
        open.forEach(WorkerSocket::close);
        if (!failures.isEmpty()) {
            throw failures.element();
        }
    }
}
