package dev.agentkernel.app.metrics;

import dev.agentkernel.storage.embedded.log.AppendListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Measures the embedded event log: writing, fsync, both together, and growth. */
final class LogMetrics implements AppendListener {

    private final Timer appends;
    private final Timer writes;
    private final Timer forces;
    private final Counter bytes;

    LogMetrics(MeterRegistry registry, Timer appends) {
        this.appends = appends;
        this.writes =
                LatencyTimer.of("kernel.log.write", "How long the system takes a batch of the event log", registry);
        this.forces = LatencyTimer.of("kernel.log.fsync", "How long the disk takes to make a batch durable", registry);
        this.bytes = Counter.builder("kernel.log.written")
                .baseUnit("bytes")
                .description("Growth of the event log")
                .register(registry);
    }

    @Override
    public void appended(int records, long grownBytes, Duration write, Duration force) {
        appends.record(write.plus(force));
        writes.record(write);
        forces.record(force);
        bytes.increment((double) grownBytes);
    }
}
