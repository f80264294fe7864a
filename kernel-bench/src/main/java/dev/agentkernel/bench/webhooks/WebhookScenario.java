package dev.agentkernel.bench.webhooks;

import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.load.Population;
import dev.agentkernel.bench.load.Sending;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.JavaCommand;
import dev.agentkernel.bench.process.KernelProcess;
import dev.agentkernel.bench.report.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Pushes to receivers through TLS, signed, as fast as it goes; then at a steady rate, to see how far ill receivers delay the others
 * and the senders ({@link Isolation}). Takes less than six minutes with seven pairs of rounds.
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
    private final int pairs;
    private final Consumer<String> line;

    private final Semaphore underWay = new Semaphore(UNDER_WAY_MAX);
    private final AtomicLong taken = new AtomicLong();

    /**
     * Creates a scenario that starts its kernel itself; every finding is told as a line.
     *
     * @param identityFile where the receivers' key may be written
     * @param perSecond the steady rate
     * @param pairs of rounds at that rate, with all receivers well and with ill ones in turn
     */
    public WebhookScenario(
            KernelProcess.Settings settings, Path identityFile, int perSecond, int pairs, Consumer<String> line) {
        this.settings = settings;
        this.identityFile = identityFile;
        this.perSecond = perSecond;
        this.pairs = pairs;
        this.line = line;
    }

    /** Runs the scenario. */
    public void run() {
        ReceiverIdentity identity = ReceiverIdentity.create(identityFile);
        AtomicReference<Receivers.Taking> taking = new AtomicReference<>((host, dueNanos) -> take());
        try (Receivers receivers =
                        new Receivers(identity, (host, dueNanos) -> taking.get().taken(host, dueNanos));
                KernelProcess kernel = KernelProcess.start(pushing(identity));
                ApiClient api = new ApiClient(kernel.address())) {
            Population population = new Population(api);
            population.growTo(Population.SENDERS + ENDPOINTS, agents -> {});
            List<Agent> endpoints = population.recipients();
            for (int i = 0; i < endpoints.size(); i++) {
                setWebhook(api, endpoints.get(i), receivers.url(hostOf(i)));
            }
            try (Sending sending = new Sending(kernel.address(), population.senders())) {
                asFastAsItGoes(sending, endpoints, kernel);
                Isolation isolation = new Isolation(
                        sending,
                        receivers,
                        endpoints,
                        agent -> setWebhook(api, agent, receivers.url(hostOf(endpoints.indexOf(agent)))),
                        () -> cpuOf(kernel),
                        perSecond);
                taking.set(isolation::taken);
                isolation.run(pairs, line);
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

    private void take() {
        taken.incrementAndGet();
        underWay.release();
    }

    /** The number of the host at which an endpoint is called. */
    static int hostOf(int endpoint) {
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
}
