package dev.agentkernel.bench.memory;

import dev.agentkernel.bench.client.ClosedLoop;
import dev.agentkernel.bench.client.EncodedRequests;
import dev.agentkernel.bench.client.LoadPlan;
import dev.agentkernel.bench.client.LoadResult;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.load.Population;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Queues messages of 64 KiB until so many mebibytes wait, and reports the kernel's resident memory before, at its peak and after;
 * then starts the kernel again on the same data, once after {@code kill -9} and once after an orderly stop, and counts the messages.
 */
public final class MemoryScenario {
    private static final int CONTENT_BYTES = 64 * 1024;
    private static final int MESSAGES_PER_MEBIBYTE = 1024 * 1024 / CONTENT_BYTES;
    private static final int AGENTS = 320;
    private static final int CONNECTIONS = 16;
    private static final int DISTINCT_CONTENTS = 64;
    private static final Duration FILL_TIMEOUT = Duration.ofHours(1);

    private final KernelProcess.Settings settings;
    private final int queuedMebibytes;
    private final Consumer<String> line;

    /** Creates a scenario that starts its kernels itself; every finding is told as a line. */
    public MemoryScenario(KernelProcess.Settings settings, int queuedMebibytes, Consumer<String> line) {
        this.settings = settings;
        this.queuedMebibytes = queuedMebibytes;
        this.line = line;
    }

    /** Runs the scenario, and fails when a message was refused or lost. */
    public void run() {
        List<Agent> recipients = fill();
        restart("kill -9 right after the last answer").close();
        try (KernelProcess kernel = restart("an orderly stop")) {
            long found = queued(kernel, recipients);
            long expected = messages();
            tell("messages found after the restarts: %,d of %,d", found, expected);
            if (found != expected) {
                throw new BenchmarkFailure(
                        "messages were lost or doubled: " + found + " found, " + expected + " accepted");
            }
            tell("kernel after reading one message of each queue: %s", memory(kernel));
        }
    }

    private List<Agent> fill() {
        try (KernelProcess kernel = KernelProcess.start(settings);
                ApiClient api = new ApiClient(kernel.address())) {
            tell("ready on an empty data directory after %.1f s", seconds(kernel.startUp()));
            Population population = new Population(api);
            population.growTo(AGENTS, agents -> {});
            tell("kernel with %d agents, nothing queued: %s", AGENTS, memory(kernel));
            LoadResult result = send(kernel, population);
            tell(
                    "queued %,d messages of 64 KiB (%,d MiB) in %.1f s: %,.0f/s, %.1f MiB/s, p99 %.1f ms",
                    result.requests(),
                    queuedMebibytes,
                    seconds(result.elapsed()),
                    result.perSecond(),
                    result.perSecond() / MESSAGES_PER_MEBIBYTE,
                    result.latencies().getValueAtPercentile(99) / 1e6);
            tell("kernel with %,d MiB queued: %s", queuedMebibytes, memory(kernel));
            kernel.kill();
            return population.recipients();
        }
    }

    private LoadResult send(KernelProcess kernel, Population population) {
        LoadPlan plan = new LoadPlan(
                kernel.address(),
                CONNECTIONS,
                new EncodedRequests(requests(population)),
                202,
                FILL_TIMEOUT,
                messages());
        LoadResult result;
        try {
            result = ClosedLoop.run(plan);
        } catch (IOException failure) {
            throw new BenchmarkFailure("queueing failed: " + failure.getMessage(), failure);
        }
        if (result.requests() != messages()) {
            throw new BenchmarkFailure("only " + result.requests() + " of " + messages()
                    + " messages were accepted; other outcomes: " + result.unexpected());
        }
        return result;
    }

    private static List<Request> requests(Population population) {
        List<Agent> senders = population.senders();
        List<Agent> recipients = population.recipients();
        // One request per recipient in turn: whoever lags behind, all queues grow alike.
        return IntStream.range(0, recipients.size())
                .mapToObj(i -> Request.message(
                        senders.get(i % senders.size()).token(),
                        recipients.get(i).address(),
                        Contents.text(i % DISTINCT_CONTENTS, CONTENT_BYTES)))
                .toList();
    }

    private KernelProcess restart(String after) {
        KernelProcess kernel = KernelProcess.start(settings);
        tell("ready again after %s in %.1f s: %s", after, seconds(kernel.startUp()), memory(kernel));
        return kernel;
    }

    private static long queued(KernelProcess kernel, List<Agent> recipients) {
        try (ApiClient api = new ApiClient(kernel.address())) {
            return recipients.stream()
                    .mapToLong(agent -> MessagePage.take(api, agent).queuedBefore())
                    .sum();
        }
    }

    private long messages() {
        return (long) queuedMebibytes * MESSAGES_PER_MEBIBYTE;
    }

    private static ResidentMemory memory(KernelProcess kernel) {
        return ResidentMemory.of(kernel.figures().orElseThrow());
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private void tell(String format, Object... values) {
        line.accept(String.format(Locale.ROOT, format, values));
    }
}
