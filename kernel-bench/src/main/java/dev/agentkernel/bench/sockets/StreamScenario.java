package dev.agentkernel.bench.sockets;

import dev.agentkernel.bench.client.Pace;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.load.Population;
import dev.agentkernel.bench.load.Statistics;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * What live streams of events cost those who send: messages at a steady rate, without subscribers and with many, in turn. Each is
 * timed from when it was due, so that a sender that is held up does not flatter, and each is one event for every subscriber.
 */
public final class StreamScenario {

    private static final int RATE = 200;
    private static final int AGENTS = 200;
    private static final int WARM_UP_SECONDS = 10;
    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(20);
    private static final String HUNDRED_BYTES = "0123456789".repeat(10);
    private static final String STREAM = "/observe/events/stream?type=message_sent";

    private final KernelProcess.Settings settings;
    private final int subscribers;
    private final int rounds;
    private final Duration time;
    private final Consumer<String> line;

    /** What one round showed. */
    private record Finding(double p50Millis, double p99Millis, double cpuSeconds, long frames) {}

    /**
     * Creates a scenario that starts its kernel itself; every finding is told as a line.
     *
     * @param time the length of each round
     */
    public StreamScenario(
            KernelProcess.Settings settings, int subscribers, int rounds, Duration time, Consumer<String> line) {
        this.settings = settings;
        this.subscribers = subscribers;
        this.rounds = rounds;
        this.time = time;
        this.line = line;
    }

    /** Runs the scenario. */
    public void run() {
        try (KernelProcess kernel = KernelProcess.start(settings);
                ApiClient api = new ApiClient(kernel.address())) {
            Population population = new Population(api);
            population.growTo(AGENTS, agents -> {});
            measure(kernel, api, population, 0, WARM_UP_SECONDS);
            measure(kernel, api, population, subscribers, WARM_UP_SECONDS);
            List<Finding> without = new ArrayList<>();
            List<Finding> with = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                without.add(measure(kernel, api, population, 0, time.toSeconds()));
                with.add(measure(kernel, api, population, subscribers, time.toSeconds()));
                tell("round %d: without %s; with %s", round, text(without.getLast()), text(with.getLast()));
            }
            conclude(without, with);
        } catch (IOException failure) {
            throw new BenchmarkFailure("a stream broke: " + failure.getMessage(), failure);
        }
    }

    private static String text(Finding finding) {
        return String.format(
                Locale.ROOT,
                "p50 %.2f ms, p99 %.2f ms, CPU %.2f s, %,d frames",
                finding.p50Millis(),
                finding.p99Millis(),
                finding.cpuSeconds(),
                finding.frames());
    }

    private void conclude(List<Finding> without, List<Finding> with) {
        double[] ratios = new double[rounds];
        double[] micros = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            ratios[i] = with.get(i).p99Millis() / without.get(i).p99Millis();
            micros[i] = (with.get(i).cpuSeconds() - without.get(i).cpuSeconds())
                    * 1e6
                    / with.get(i).frames();
        }
        Statistics ratio = Statistics.of(ratios);
        Statistics cpu = Statistics.of(micros);
        tell(
                "%,d events a second to %,d subscribers: p99 of a send %.2f times that without them (%.2f to %.2f); "
                        + "%.1f microseconds of the kernel's CPU per frame (%.1f to %.1f)",
                RATE, subscribers, ratio.median(), ratio.min(), ratio.max(), cpu.median(), cpu.min(), cpu.max());
    }

    private static Finding measure(
            KernelProcess kernel, ApiClient api, Population population, int subscribers, long seconds)
            throws IOException {
        LongAdder frames = new LongAdder();
        List<StreamSocket> open = new ArrayList<>();
        for (int i = 0; i < subscribers; i++) {
            StreamSocket socket = new StreamSocket(kernel.address(), STREAM);
            open.add(socket);
            Thread.ofVirtual().start(() -> count(socket, frames));
        }
        Duration before = cpu(kernel);
        ConcurrentHistogram latencies = send(api, population, seconds);
        long expected = (long) RATE * seconds * subscribers;
        long giveUp = System.nanoTime() + CATCH_UP_MAX.toNanos();
        while (frames.sum() < expected && System.nanoTime() - giveUp < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        Duration after = cpu(kernel);
        open.forEach(StreamSocket::close);
        if (frames.sum() != expected) {
            throw new BenchmarkFailure("the subscribers got " + frames + " frames instead of " + expected);
        }
        return new Finding(
                latencies.getValueAtPercentile(50) / 1e6,
                latencies.getValueAtPercentile(99) / 1e6,
                after.minus(before).toNanos() / 1e9,
                expected);
    }

    private static Duration cpu(KernelProcess kernel) {
        return kernel.figures()
                .flatMap(process -> process.cpu())
                .orElseThrow(() -> new BenchmarkFailure("the system does not tell the processor time of a process"));
    }

    private static void count(StreamSocket socket, LongAdder frames) {
        try {
            while (true) {
                socket.skip();
                frames.increment();
            }
        } catch (IOException ended) {
            // The round is over, or the number of frames shows what is missing.
            return;
        }
    }

    private static ConcurrentHistogram send(ApiClient api, Population population, long seconds) throws IOException {
        ConcurrentHistogram latencies = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
        List<Agent> senders = population.senders();
        List<Agent> recipients = population.recipients();
        int messages = Math.toIntExact(RATE * seconds);
        CountDownLatch answered = new CountDownLatch(messages);
        Pace.keep(messages, RATE, (number, dueNanos) -> {
            Request request = Request.message(
                    senders.get((int) (number % senders.size())).token(),
                    recipients.get((int) (number % recipients.size())).address(),
                    HUNDRED_BYTES);
            Thread.ofVirtual().start(() -> {
                api.expect(request, 202);
                latencies.recordValue(System.nanoTime() - dueNanos);
                answered.countDown();
            });
        });
        try {
            if (!answered.await(1, TimeUnit.MINUTES)) {
                throw new BenchmarkFailure(answered.getCount() + " of " + messages + " sends got no answer");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted while sends were under way", interrupted);
        }
        return latencies;
    }

    private void tell(String format, Object... values) {
        line.accept(String.format(Locale.ROOT, format, values));
    }
}
