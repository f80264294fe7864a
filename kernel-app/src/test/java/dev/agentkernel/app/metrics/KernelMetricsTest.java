package dev.agentkernel.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.storage.StorageException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KernelMetricsTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void commitShouldBeTimedAndItsChangesCounted() {
        CommitMetrics metrics = new CommitMetrics(registry);
        metrics.committed(7, List.of(), Duration.ofMillis(3));
        metrics.committed(1, List.of(), Duration.ofMillis(5));
        assertThat(registry.get("kernel.commit").timer().count()).isEqualTo(2);
        assertThat(registry.get("kernel.commit").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(8);
        assertThat(registry.get("kernel.commit.mutations").summary().totalAmount())
                .isEqualTo(8);
        assertThat(registry.get("kernel.commit.failures").counter().count()).isZero();
    }

    @Test
    void failedCommitShouldBeCountedApart() {
        new CommitMetrics(registry)
                .failed(3, new StorageException(StorageException.Remedy.RETRY, "away", new IllegalStateException()));
        assertThat(registry.get("kernel.commit.failures").counter().count()).isEqualTo(1);
        assertThat(registry.get("kernel.commit").timer().count()).isZero();
    }

    @Test
    void appendShouldBeTimedByPhase() {
        Timer appends = LatencyTimer.of("kernel.log.append", "appends", registry);
        new LogMetrics(registry, appends).appended(2, 500, Duration.ofMillis(1), Duration.ofMillis(9));
        assertThat(appends.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(10);
        assertThat(registry.get("kernel.log.write").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(1);
        assertThat(registry.get("kernel.log.fsync").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(9);
        assertThat(registry.get("kernel.log.written").counter().count()).isEqualTo(500);
    }

    @Test
    void lookupsShouldBeCountedByWhereTheTokenWasFound() {
        AuthenticationMetrics metrics = new AuthenticationMetrics(registry);
        metrics.hit(1_000_000);
        metrics.hit(2_000_000);
        metrics.missed(4_000_000);
        metrics.refused();
        assertThat(metrics.seconds()).isEqualTo(0.007);
        assertThat(registry.get("kernel.authentication.time").functionCounter().count())
                .isEqualTo(0.007);
        assertThat(lookups("cache")).isEqualTo(2);
        assertThat(lookups("storage")).isEqualTo(1);
        assertThat(registry.get("kernel.authentication.refusals").counter().count())
                .isEqualTo(1);
    }

    @Test
    void refusalsShouldBeCountedByCategory() {
        RateLimitMetrics metrics = new RateLimitMetrics(registry);
        metrics.refused(RateCategory.STATE_WRITE);
        metrics.refused(RateCategory.STATE_WRITE);
        assertThat(refusals("state_write")).isEqualTo(2);
        assertThat(refusals("message_send")).isZero();
    }

    private double refusals(String category) {
        return registry.get("kernel.rate.limit.refusals")
                .tag("category", category)
                .counter()
                .count();
    }

    private double lookups(String source) {
        return registry.get("kernel.authentication.lookups")
                .tag("source", source)
                .counter()
                .count();
    }
}
