package dev.agentkernel.app.metrics;

import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.StorageException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;

/** Measures commits: how long they take, and how many changes share one. Costs each commit about a microsecond. */
final class CommitMetrics implements CommitListener {

    private final Timer commits;
    private final DistributionSummary mutations;
    private final Counter records;
    private final Counter failures;
    private final Counter messages;

    CommitMetrics(MeterRegistry registry) {
        this.commits = LatencyTimer.of("kernel.commit", "How long a batch takes to become durable", registry);
        this.mutations = DistributionSummary.builder("kernel.commit.mutations")
                .description("Changes in one batch")
                .serviceLevelObjectives(1, 2, 5, 10, 25, 50, 100, 250, 500)
                .register(registry);
        this.records = Counter.builder("kernel.commit.records")
                .description("Records that were committed")
                .register(registry);
        this.failures = Counter.builder("kernel.commit.failures")
                .description("Batches of which nothing was kept")
                .register(registry);
        this.messages = Counter.builder("kernel.messages.sent")
                .description("Messages that were accepted since the start")
                .register(registry);
    }

    Timer commits() {
        return commits;
    }

    /** Messages that were accepted since the start. */
    double messagesSent() {
        return messages.count();
    }

    @Override
    public void committed(int mutationCount, List<StampedRecord> committed, Duration took) {
        commits.record(took);
        mutations.record(mutationCount);
        records.increment(committed.size());
        messages.increment((double) committed.stream()
                .filter(stamped -> stamped.record() instanceof LogRecord.MessageSent)
                .count());
    }

    @Override
    public void failed(int mutationCount, StorageException away) {
        failures.increment();
    }
}
