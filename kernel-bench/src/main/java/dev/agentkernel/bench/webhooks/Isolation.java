package dev.agentkernel.bench.webhooks;

import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.load.Sending;
import dev.agentkernel.bench.load.Statistics;
import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.report.Figures;
import dev.agentkernel.bench.report.MarkdownTable;
import dev.agentkernel.bench.webhooks.Receiver.Manner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * How far ill receivers delay the others and the senders: rounds in which all receivers do well, in turn with rounds at whose
 * beginning a fifth of them dies and a fifth begins to hang. In both everybody is sent to at the same steady rate, and in both the
 * delays of the same three fifths are looked at.
 *
 * <p>The receivers fall ill without a word: no webhook is set anew, and no circuit is open yet. Before the next round they are
 * well again, each has taken what waited for it, and nothing is under way.
 */
final class Isolation {

    private static final int ROUND_SECONDS = 12;

    /** Until what happens to ill receivers is compiled: a recording showed 275 deoptimisations in the first pair, 36 in the second. */
    private static final int WARM_UP_PAIRS = 2;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** For calls that are cut off to end before their endpoint's circuit is closed. */
    private static final long CUT_OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Sending sending;
    private final Receivers receivers;
    private final List<Agent> endpoints;
    private final Consumer<Agent> renewal;
    private final Supplier<Duration> cpu;
    private final int perSecond;

    private final AtomicLong takenByWell = new AtomicLong();
    private final AtomicLong takenByOthers = new AtomicLong();
    private final ConcurrentHistogram delays = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(2), 3);
    private volatile long sinceNanos = System.nanoTime();

    /** What one round showed, in nanoseconds. */
    private record Finding(AbstractHistogram delays, AbstractHistogram sends, double cpuMicrosPerSend) {}

    /** A round with all well, and the one with ill receivers after it. */
    private record Pair(Finding well, Finding ill) {}

    /**
     * Prepares the rounds.
     *
     * @param endpoints each called at {@link WebhookScenario#hostOf}
     * @param renewal sets the webhook of an endpoint anew, so that its circuit is closed
     * @param cpu the kernel's processor time so far
     * @param perSecond the steady rate, to all of them together
     */
    Isolation(
            Sending sending,
            Receivers receivers,
            List<Agent> endpoints,
            Consumer<Agent> renewal,
            Supplier<Duration> cpu,
            int perSecond) {
        this.sending = sending;
        this.receivers = receivers;
        this.endpoints = endpoints;
        this.renewal = renewal;
        this.cpu = cpu;
        this.perSecond = perSecond;
    }

    /** Whole hosts, as the kernel makes few calls to one host at once. */
    private static Manner mannerAmongIll(int host) {
        return switch (host % 5) {
            case 3 -> Manner.DEAD;
            case 4 -> Manner.HANGS;
            default -> Manner.TAKES;
        };
    }

    private static boolean staysWell(int host) {
        return mannerAmongIll(host) == Manner.TAKES;
    }

    /** A receiver took a message that was due then. What is left of an earlier round counts for none. */
    void taken(int host, long dueNanos) {
        if (dueNanos - sinceNanos < 0) {
            return;
        }
        if (staysWell(host)) {
            delays.recordValue(Math.max(0, System.nanoTime() - dueNanos));
            takenByWell.incrementAndGet();
        } else {
            takenByOthers.incrementAndGet();
        }
    }

    /** Runs pairs of rounds and reports them, but for the first ones, by which the kernel warms up. */
    void run(int pairs, Consumer<String> line) throws IOException {
        for (int i = 0; i < WARM_UP_PAIRS; i++) {
            pair();
        }
        List<Pair> all = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            all.add(pair());
        }
        report(all, line);
    }

    private Pair pair() throws IOException {
        Finding well = round();
        fallIll();
        Finding ill = round();
        recover();
        return new Pair(well, ill);
    }

    private void begin() {
        sinceNanos = System.nanoTime();
        sending.reset();
        delays.reset();
        takenByWell.set(0);
        takenByOthers.set(0);
    }

    private Finding round() throws IOException {
        begin();
        Duration cpuBefore = cpu.get();
        sending.sendTo(endpoints, perSecond, ROUND_SECONDS);
        long toWell = IntStream.range(0, perSecond * ROUND_SECONDS)
                .filter(number -> staysWell(WebhookScenario.hostOf(number % endpoints.size())))
                .count();
        await(takenByWell, toWell);
        double cpuMicros = cpu.get().minus(cpuBefore).toNanos() / 1e3;
        return new Finding(delays.copy(), sending.latencies(), cpuMicros / (perSecond * ROUND_SECONDS));
    }

    private void fallIll() throws IOException {
        for (int host = 0; host < ReceiverIdentity.HOSTS; host++) {
            receivers.become(host, mannerAmongIll(host));
        }
    }

    private void recover() throws IOException {
        List<Agent> ill = IntStream.range(0, endpoints.size())
                .filter(endpoint -> !staysWell(WebhookScenario.hostOf(endpoint)))
                .mapToObj(endpoints::get)
                .toList();
        for (int host = 0; host < ReceiverIdentity.HOSTS; host++) {
            receivers.become(host, Manner.TAKES);
        }
        LockSupport.parkNanos(CUT_OFF_NANOS);
        ill.forEach(renewal);
        begin();
        // By the order of a queue, each comes after all that is tried again.
        for (Agent agent : ill) {
            sending.send(ill.indexOf(agent), System.nanoTime(), agent);
        }
        await(takenByOthers, ill.size());
    }

    private static void await(AtomicLong taken, long expected) {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (taken.get() < expected) {
            if (System.nanoTime() - giveUp > 0) {
                throw new BenchmarkFailure(
                        "receivers that do well took " + taken + " of " + expected + " messages in half a minute");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static void report(List<Pair> pairs, Consumer<String> line) {
        MarkdownTable table = new MarkdownTable(List.of(
                "pair",
                "delay p50 ms, all well → ill",
                "delay p99 ms",
                "ratio of p99",
                "send p50 ms",
                "send p99 ms",
                "ratio of p99",
                "kernel CPU µs per send"));
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            table.add(List.of(
                    Integer.toString(i + 1),
                    change(pair, Finding::delays, 50),
                    change(pair, Finding::delays, 99),
                    ratio(ratioOf(pair.ill().delays(), pair.well().delays())),
                    change(pair, Finding::sends, 50),
                    change(pair, Finding::sends, 99),
                    ratio(ratioOf(pair.ill().sends(), pair.well().sends())),
                    Figures.decimal(pair.well().cpuMicrosPerSend()) + " → "
                            + Figures.decimal(pair.ill().cpuMicrosPerSend())));
        }
        line.accept(
                "20 % of the receivers die and 20 % begin to hang; the delay is from when a send was due to its arrival, of the"
                        + " receivers that do well in both rounds of a pair:");
        line.accept(table.render());
        line.accept(summary("p99 of the delay beside ill receivers", pairs, Finding::delays));
        line.accept(summary("p99 of a send beside ill receivers", pairs, Finding::sends));
    }

    private static double ratioOf(AbstractHistogram later, AbstractHistogram earlier) {
        return later.getValueAtPercentile(99) / (double) earlier.getValueAtPercentile(99);
    }

    /** Two rounds in which all do well differ, too: by how much tells what the ratios are worth. */
    private static String summary(String what, List<Pair> pairs, Function<Finding, AbstractHistogram> of) {
        double[] ratios = new double[pairs.size()];
        double[] noise = new double[Math.max(1, pairs.size() - 1)];
        noise[0] = Double.NaN;
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] =
                    ratioOf(of.apply(pairs.get(i).ill()), of.apply(pairs.get(i).well()));
            if (i > 0) {
                noise[i - 1] = ratioOf(
                        of.apply(pairs.get(i).well()), of.apply(pairs.get(i - 1).well()));
            }
        }
        double together =
                ratioOf(together(pairs, pair -> of.apply(pair.ill())), together(pairs, pair -> of.apply(pair.well())));
        return what + ": " + Figures.range("%.2f", Statistics.of(ratios)) + " times that with all well, "
                + ratio(together) + " times of all rounds together; one round with all well to the next: "
                + Figures.range("%.2f", Statistics.of(noise));
    }

    private static AbstractHistogram together(List<Pair> pairs, Function<Pair, AbstractHistogram> of) {
        AbstractHistogram all = of.apply(pairs.getFirst()).copy();
        pairs.stream().skip(1).forEach(pair -> all.add(of.apply(pair)));
        return all;
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String change(Pair pair, Function<Finding, AbstractHistogram> of, double percentile) {
        return millis(of.apply(pair.well()).getValueAtPercentile(percentile)) + " → "
                + millis(of.apply(pair.ill()).getValueAtPercentile(percentile));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 1e6);
    }
}
