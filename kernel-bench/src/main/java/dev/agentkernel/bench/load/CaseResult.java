package dev.agentkernel.bench.load;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * All rounds of one operation at one number of connections.
 *
 * @param operation what was asked
 * @param agents how many agents were registered
 * @param connections how many connections, each with one request outstanding
 * @param rounds the interleaved rounds, in order
 */
public record CaseResult(Operation operation, int agents, int connections, List<RoundPair> rounds) {
    /** Copies the rounds. */
    public CaseResult {
        rounds = List.copyOf(rounds);
    }

    /** Returns the statistics of the pairwise ratios of throughput, kernel over bare server. */
    public Statistics ratio() {
        return Statistics.of(rounds.stream().mapToDouble(RoundPair::ratio).toArray());
    }

    /** Returns the figures of the kernel. */
    public Figures kernel() {
        return figures(RoundPair::kernel);
    }

    /** Returns the figures of the bare server. */
    public Figures baseline() {
        return figures(RoundPair::baseline);
    }

    private Figures figures(Function<RoundPair, Round> server) {
        List<Round> of = rounds.stream().map(server).toList();
        Histogram latencies = new Histogram(of.get(0).load().latencies());
        latencies.reset();
        Map<String, Long> unexpected = new TreeMap<>();
        for (Round round : of) {
            latencies.add(round.load().latencies());
            round.load().unexpected().forEach((outcome, count) -> unexpected.merge(outcome, count, Long::sum));
        }
        return new Figures(
                Statistics.of(of.stream()
                        .mapToDouble(round -> round.load().perSecond())
                        .toArray()),
                latencies,
                Statistics.of(of.stream()
                        .mapToDouble(Round::serverCpuMicrosPerRequest)
                        .toArray()),
                Statistics.of(of.stream()
                        .mapToDouble(Round::clientCpuMicrosPerRequest)
                        .toArray()),
                of.stream().mapToLong(round -> round.load().reconnects()).sum(),
                unexpected);
    }

    /**
     * What all rounds against one server gave.
     *
     * @param perSecond expected answers per second, by round
     * @param latencies nanoseconds, of all rounds together
     * @param serverCpuMicros processor time of the server per answer, by round; {@code NaN} when not known
     * @param clientCpuMicros processor time of the load generator per answer, by round
     * @param reconnects how often the server asked to close a connection
     * @param unexpected how often each unexpected outcome was seen
     */
    public record Figures(
            Statistics perSecond,
            Histogram latencies,
            Statistics serverCpuMicros,
            Statistics clientCpuMicros,
            long reconnects,
            Map<String, Long> unexpected) {
        /** Returns a percentile of the latency in milliseconds. */
        public double latencyMillis(double percentile) {
            return latencies.getValueAtPercentile(percentile) / 1e6;
        }
    }
}
