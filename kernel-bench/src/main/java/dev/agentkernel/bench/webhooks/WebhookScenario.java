package dev.agentkernel.bench.webhooks;

import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.load.Population;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.JavaCommand;
import dev.agentkernel.bench.process.KernelProcess;
import dev.agentkernel.bench.report.Figures;
import dev.agentkernel.bench.report.MarkdownTable;
import dev.agentkernel.bench.webhooks.Receivers.Manner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Pushes to receivers through TLS, signed, as fast as it goes; then at a steady rate, first with receivers that all do well, then
 * with a fifth of them dead and a fifth that hang, and reports how far that delays the others and the senders.
 */
public final class WebhookScenario {

    private static final int ENDPOINTS = 2 * ReceiverIdentity.HOSTS;

    /** On two cores the just-in-time compilers take half of the processor time until then. */
    private static final long WARM_UP_SECONDS = 90;

    private static final long SECONDS = 15;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Messages that are sent and not taken yet: enough for every place of the worker, and no backlog that grows. */
    private static final int UNDER_WAY_MAX = 1_000;

    private final KernelProcess.Settings settings;
    private final Path identityFile;
    private final int perSecond;
    private final Consumer<String> line;

    private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);
    private final AtomicLong taken = new AtomicLong();
    private final ConcurrentHistogram delays = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(2), 3);

    /**
     * Creates a scenario that starts its kernel itself; every finding is told as a line.
     *
     * @param identityFile where the receivers' key may be written
     * @param perSecond the steady rate
     */
    public WebhookScenario(KernelProcess.Settings settings, Path identityFile, int perSecond, Consumer<String> line) {
        this.settings = settings;
        this.identityFile = identityFile;
        this.perSecond = perSecond;
        this.line = line;
    }

    /** Runs the scenario. */
    public void run() {
        ReceiverIdentity identity = ReceiverIdentity.create(identityFile);
        try (Receivers receivers = new Receivers(identity, this::take);
                KernelProcess kernel = KernelProcess.start(pushing(identity));
                ApiClient api = new ApiClient(kernel.address())) {
            Population population = new Population(api);
            population.growTo(Population.SENDERS + ENDPOINTS, agents -> {});
            List<Agent> endpoints = population.recipients();
            for (int i = 0; i < endpoints.size(); i++) {
                setWebhook(api, endpoints.get(i), receivers.url(hostOf(i), Manner.TAKES));
            }
            try (Sending sending = new Sending(kernel.address(), population.senders())) {
                asFastAsItGoes(sending, endpoints, kernel);
                steadily(sending, endpoints, api, receivers);
            }
        } catch (IOException failure) {
            throw new BenchmarkFailure("a connection broke: " + failure.getMessage(), failure);
        }
    }

    private KernelProcess.Settings pushing(ReceiverIdentity identity) {
        List<String> flags = new ArrayList<>(settings.java().flags());
        flags.addAll(identity.trusting());
        List<String> arguments = new ArrayList<>(List.of(
                "--kernel.webhook.allow-private-addresses=true", "--kernel.limits.webhook-per-minute=1000000000"));
        arguments.addAll(settings.arguments());
        return new KernelProcess.Settings(
                new JavaCommand(flags), settings.jar(), settings.dataDirectory(), arguments, settings.log());
    }

    private void take(long dueNanos) {
        delays.recordValue(Math.max(0, System.nanoTime() - dueNanos));
        taken.incrementAndGet();
        underWay.release();
    }

    private static int hostOf(int endpoint) {
        return endpoint % ReceiverIdentity.HOSTS;
    }

    private static void setWebhook(ApiClient api, Agent agent, String url) {
        api.expect(Request.put("/v1/agents/me/webhook", agent.token(), "{\"webhook_url\":\"" + url + "\"}"), 200);
    }

    private void asFastAsItGoes(Sending sending, List<Agent> endpoints, KernelProcess kernel) throws IOException {
        pour(sending, endpoints, WARM_UP_SECONDS);
        sending.reset();
        long before = taken.get();
        Duration cpuBefore = cpuOf(kernel);
        long startNanos = System.nanoTime();
        pour(sending, endpoints, SECONDS);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long deliveries = taken.get() - before;
        double micros = cpuOf(kernel).minus(cpuBefore).toNanos() / 1e3 / deliveries;
        line.accept(Figures.table(
                Figures.withLatencies("signed deliveries/s through TLS", "kernel CPU µs each, with its send", "send:"),
                Figures.withLatencies(
                        sending.latencies(),
                        Figures.count(Math.round(deliveries / seconds)),
                        Figures.decimal(micros),
                        "")));
        awaitNothingUnderWay();
    }

    private static Duration cpuOf(KernelProcess kernel) {
        return kernel.figures().orElseThrow().cpu().orElse(Duration.ZERO);
    }

    /** Sends as long as not too much is under way. */
    private void pour(Sending sending, List<Agent> endpoints, long seconds) throws IOException {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (long number = 0; System.nanoTime() - untilNanos < 0; number++) {
            try {
                if (!underWay.tryAcquire(PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
                    throw new BenchmarkFailure("nothing was delivered for half a minute");
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new BenchmarkFailure("interrupted while sending", stop);
            }
            sending.send(number, System.nanoTime(), endpoints.get((int) (number % endpoints.size())));
        }
    }

    private void awaitNothingUnderWay() {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (underWay.availablePermits() < UNDER_WAY_MAX && System.nanoTime() - giveUp < 0) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    private void steadily(Sending sending, List<Agent> endpoints, ApiClient api, Receivers receivers)
            throws IOException {
        MarkdownTable table = new MarkdownTable(Figures.withLatencies("receivers", "of what", "messages/s"));
        measure("all well", sending, endpoints, table);
        for (int i = 0; i < endpoints.size(); i++) {
            Manner manner = mannerAmongIll(hostOf(i));
            if (manner != Manner.TAKES) {
                setWebhook(api, endpoints.get(i), receivers.url(hostOf(i), manner));
            }
        }
        measure("20 % dead, 20 % hang", sending, endpoints, table);
        line.accept("the delay is from when a send was due to its arrival, of receivers that do well:");
        line.accept(table.render());
    }

    /** Whole hosts, as the kernel makes few calls to one host at once. */
    private static Manner mannerAmongIll(int host) {
        return switch (host % 5) {
            case 3 -> Manner.DEAD;
            case 4 -> Manner.HANGS;
            default -> Manner.TAKES;
        };
    }

    private void measure(String receivers, Sending sending, List<Agent> endpoints, MarkdownTable table)
            throws IOException {
        sending.reset();
        delays.reset();
        sending.sendTo(endpoints, perSecond, SECONDS);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        String rate = Figures.count(perSecond);
        table.add(Figures.withLatencies(delays.copy(), receivers, "delay", rate));
        table.add(Figures.withLatencies(sending.latencies(), receivers, "send", rate));
    }
}
