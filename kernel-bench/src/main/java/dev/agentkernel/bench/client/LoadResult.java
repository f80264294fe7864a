package dev.agentkernel.bench.client;

import java.time.Duration;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one run of a closed loop saw.
 *
 * @param requests how many requests were answered with the expected status
 * @param elapsed from the first request to the last answer
 * @param latencies nanoseconds from before the request was written to its complete answer, of expected answers only
 * @param unexpected how often each unexpected outcome was seen, by a description that begins with the status
 * @param reconnects how often the server asked to close a connection after an answer
 * @param clientCpu processor time of the loop's thread
 */
public record LoadResult(
        long requests,
        Duration elapsed,
        Histogram latencies,
        Map<String, Long> unexpected,
        long reconnects,
        Duration clientCpu) {
    /** Returns the expected answers per second. */
    public double perSecond() {
        return requests / (elapsed.toNanos() / 1e9);
    }

    /** Returns how many requests had another outcome than the expected status. */
    public long unexpectedCount() {
        return unexpected.values().stream().mapToLong(Long::longValue).sum();
    }
}
