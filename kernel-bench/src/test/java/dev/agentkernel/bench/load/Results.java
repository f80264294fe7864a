package dev.agentkernel.bench.load;

import dev.agentkernel.bench.client.LoadResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Makes results of given throughputs, whose requests all took a millisecond. */
public final class Results {
    private Results() {}

    /** Returns a case of {@code send} with 16 connections whose i-th pair of rounds had these throughputs. */
    public static CaseResult of(double[] kernelPerSecond, double[] baselinePerSecond) {
        List<RoundPair> rounds = new ArrayList<>();
        for (int i = 0; i < kernelPerSecond.length; i++) {
            rounds.add(
                    new RoundPair(round(kernelPerSecond[i], 50, Map.of()), round(baselinePerSecond[i], 20, Map.of())));
        }
        return new CaseResult(Operation.SEND, 1_000, 16, rounds);
    }

    /** Returns a round of one second. */
    public static Round round(double perSecond, double serverCpuMicros, Map<String, Long> unexpected) {
        long requests = (long) perSecond;
        Histogram latencies = new Histogram(3);
        latencies.recordValueWithCount(1_000_000, requests);
        Duration clientCpu = Duration.ofNanos(requests * 6_000);
        return new Round(
                new LoadResult(requests, Duration.ofSeconds(1), latencies, unexpected, 0, clientCpu), serverCpuMicros);
    }
}
