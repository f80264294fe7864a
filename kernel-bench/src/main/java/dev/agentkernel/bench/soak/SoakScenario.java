package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.load.ApiClient;
import dev.agentkernel.bench.load.Population;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Lets a thousand agents work for as long as is wanted, kills the kernel every few minutes and starts it again, restarts its database
 * twice, and holds everything that the kernel answered against a ledger outside it; measures the kernel's memory, handles, threads,
 * connections and files all the while.
 */
public final class SoakScenario {

    private static final int KEYS = 200;
    private static final int DATABASE_RESTARTS = 2;

    private final KernelProcess.Settings kernelSettings;
    private final SoakSettings settings;
    private final Map<String, String> environment;
    private final Consumer<String> report;
    private final Consumer<String> progress;

    private final Violations violations;
    private final Faults faults = new Faults();
    private final Ledger ledger;
    private final StateLedger state;
    private final KernelLine line = new KernelLine();
    private final Answers answers;
    private final List<Sample> samples = new ArrayList<>();
    private final List<SoakChart.Mark> marks = new ArrayList<>();
    private final List<Double> starts = new ArrayList<>();

    /**
     * Creates a scenario that starts its kernels itself.
     *
     * @param environment that of the kernel, which names its database if it has one
     * @param report told the findings
     * @param progress told a line each minute, and what happens meanwhile
     */
    public SoakScenario(
            KernelProcess.Settings kernelSettings,
            SoakSettings settings,
            Map<String, String> environment,
            Consumer<String> report,
            Consumer<String> progress) {
        this.kernelSettings = withArguments(kernelSettings);
        this.settings = settings;
        this.environment = environment;
        this.report = report;
        this.progress = progress;
        this.violations = new Violations(progress);
        this.ledger = new Ledger(faults, violations);
        this.state = new StateLedger(KEYS, violations);
        this.answers = new Answers(line, violations);
    }

    private static KernelProcess.Settings withArguments(KernelProcess.Settings given) {
        List<String> arguments = new ArrayList<>(List.of(
                "--kernel.observation.access=public",
                "--kernel.webhook.allow-http=true",
                "--kernel.webhook.allow-private-addresses=true",
                "--kernel.webhook.max-per-host=40",
                "--kernel.limits.webhook-per-minute=1000000000",
                "--kernel.events.segment-bytes=8MB"));
        arguments.addAll(given.arguments());
        return new KernelProcess.Settings(given.java(), given.jar(), given.dataDirectory(), arguments, given.log());
    }

    /** Runs the scenario and returns whether nothing was lost or doubled and every figure ended where it was. */
    public boolean run() {
        try (PushReceiver receiver = new PushReceiver(ledger);
                RunningKernel kernel = new RunningKernel(kernelSettings, line)) {
            kernel.start();
            Cast cast = populate(kernel, receiver);
            try (SocketWorkers workers = new SocketWorkers(cast, line, ledger, violations);
                    EventStream stream = new EventStream(line, violations)) {
                workers.start();
                stream.start();
                MixedLoad load = new MixedLoad(cast, line, answers, ledger, state);
                long beginNanos = System.nanoTime();
                soak(kernel, workers, load, beginNanos);
                workers.stopSending();
                new Ending(cast, load, ledger, state, answers, violations, progress).settleAndCheck(workers, stream);
            }
            return conclude();
        } catch (IOException failure) {
            throw new BenchmarkFailure("no webhooks can be received: " + failure.getMessage(), failure);
        } finally {
            line.close();
        }
    }

    private Cast populate(RunningKernel kernel, PushReceiver receiver) {
        try (ApiClient api = new ApiClient(kernel.current().address())) {
            Population population = new Population(api);
            population.growTo(SoakSettings.AGENTS, agents -> {});
            Cast cast = new Cast(population.spread(SoakSettings.AGENTS));
            for (int index : cast.webhooks().indices()) {
                api.expect(
                        Request.put(
                                "/v1/agents/me/webhook",
                                cast.agent(index).token(),
                                "{\"webhook_url\":\"" + receiver.url(index) + "\"}"),
                        200);
            }
            progress.accept(SoakSettings.AGENTS + " agents, " + cast.sockets().size() + " with a socket, "
                    + cast.webhooks().size() + " with a webhook");
            return cast;
        }
    }

    private void soak(RunningKernel kernel, SocketWorkers workers, MixedLoad load, long beginNanos) {
        Thread loading = Thread.ofPlatform().start(() -> load.run(settings.time(), settings.perSecond()));
        Timetable timetable = new Timetable(settings.time(), settings.killEvery(), databaseRestarts());
        Sampler sampler = new Sampler(kernelSettings.dataDirectory(), environment, ledger);
        for (Timetable.Entry next = timetable.next(); next.what() != Timetable.What.END; next = timetable.next()) {
            await(beginNanos + next.at().toNanos());
            double second = (System.nanoTime() - beginNanos) / 1e9;
            switch (next.what()) {
                case SAMPLE -> {
                    // What was held up by a kill is made up for by the next one.
                    if (second - next.at().toMillis() / 1e3 < SoakSettings.SAMPLE_EVERY.toSeconds() / 2.0) {
                        samples.add(sampler.sample(kernel.current(), second, false));
                    }
                }
                case MINUTE -> {
                    if (!kernel.isAlive()) {
                        violations.add("the kernel has ended by itself");
                    }
                    samples.add(sampler.sample(kernel.current(), second, true));
                    tell(workers, load);
                }
                case KILL -> kill(kernel, second);
                case DATABASE_RESTART -> restartDatabase(second);
                case END -> throw new IllegalStateException("the end was passed over");
            }
        }
        try {
            loading.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure("interrupted while the load ended", stop);
        }
        load.awaitEnd();
    }

    private int databaseRestarts() {
        return settings.restartDatabase().isPresent() ? DATABASE_RESTARTS : 0;
    }

    private static void await(long dueNanos) {
        while (dueNanos - System.nanoTime() > 0) {
            LockSupport.parkNanos(dueNanos - System.nanoTime());
        }
    }

    private void kill(RunningKernel kernel, double second) {
        faults.begin(System.nanoTime());
        kernel.kill();
        state.killed();
        Duration startUp = kernel.start();
        faults.end(System.nanoTime());
        marks.add(new SoakChart.Mark(second, true));
        starts.add(startUp.toMillis() / 1e3);
        progress.accept(String.format(
                Locale.ROOT, "%4.0f s: kernel killed; ready again after %.1f s", second, startUp.toMillis() / 1e3));
    }

    private void restartDatabase(double second) {
        DatabaseServer database = new DatabaseServer(
                settings.restartDatabase().orElseThrow(), kernelSettings.log().resolveSibling("database.log"));
        faults.begin(System.nanoTime());
        Duration away = database.restart();
        faults.end(System.nanoTime());
        marks.add(new SoakChart.Mark(second, false));
        progress.accept(
                String.format(Locale.ROOT, "%4.0f s: database restarted within %.1f s", second, away.toMillis() / 1e3));
    }

    private void tell(SocketWorkers workers, MixedLoad load) {
        Sample now = samples.getLast();
        progress.accept(String.format(
                        Locale.ROOT,
                        "%4.0f s: %,d messages accepted, %,d not yet arrived; %,d answers, %,d 503, %,d without; %d sockets;"
                                + " %.0f MiB resident, heap %.0f MiB, %.0f handles, %.0f threads; violations: %d",
                        now.second(),
                        ledger.accepted(),
                        ledger.open(),
                        answers.answered(),
                        answers.unavailable(),
                        answers.unanswered(),
                        workers.connected(),
                        now.resident(),
                        now.liveHeap(),
                        now.handles(),
                        now.threads(),
                        violations.count())
                + (load.shed() > 0 ? "; " + load.shed() + " operations left out" : ""));
    }

    private boolean conclude() {
        settings.samples().ifPresent(file -> SoakFiles.samples(file, samples));
        Verdict verdict = Verdict.of(samples, settings.time());
        settings.chart().ifPresent(file -> SoakFiles.text(file, new SoakChart(samples, marks, settings.time()).svg()));
        report.accept(String.format(
                Locale.ROOT,
                "%,d answers in %d minutes beside %d kill -9 and %d database restarts; %,d answers were 503, %,d requests"
                        + " had none",
                answers.answered(),
                settings.time().toMinutes(),
                starts.size(),
                marks.size() - starts.size(),
                answers.unavailable(),
                answers.unanswered()));
        report.accept(String.format(
                Locale.ROOT,
                "%,d messages accepted, %,d of them asked for again under their key; %,d arrived again because of a fault",
                ledger.accepted(),
                ledger.retried(),
                ledger.cameAgain()));
        report.accept(String.format(
                Locale.ROOT,
                "ready again after kill -9 within %.1f s (median), %.1f s (most)",
                Verdict.median(starts),
                starts.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN)));
        verdict.lines().forEach(report);
        report.accept("lost or doubled: " + violations.count());
        violations.told().forEach(report);
        return violations.count() == 0 && verdict.held();
    }
}
