package dev.agentkernel.app.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.Stream;

/** Makes timers for latencies between a tenth of a millisecond and a second, with the same buckets for all. */
final class LatencyTimer {

    private static final Duration[] BUCKETS = Stream.of(
                    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000)
            .map(microseconds -> Duration.ofNanos(microseconds * 1_000L))
            .toArray(Duration[]::new);

    private LatencyTimer() {}

    static Timer of(String name, String description, MeterRegistry registry) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
