package dev.agentkernel.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentTimerTest {

    private final Timer timer = LatencyTimer.of("t", "times", new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    private final RecentTimer recent = new RecentTimer(timer, 3);

    private void record(int count, Duration took) {
        for (int i = 0; i < count; i++) {
            timer.record(took);
        }
        recent.sample();
    }

    private double p99(int window) {
        return recent.seconds(0.99, window).orElseThrow();
    }

    @Test
    void quantileShouldBeUnknownBeforeAnythingWasTimed() {
        assertThat(recent.seconds(0.99, 3)).isEmpty();
        record(10, Duration.ofMillis(1));
        // What was timed before the first sample belongs to no window.
        assertThat(recent.seconds(0.99, 3)).isEmpty();
        recent.sample();
        assertThat(recent.seconds(0.99, 3)).isEmpty();
    }

    @Test
    void quantileShouldBeAsExactAsTheBuckets() {
        recent.sample();
        record(90, Duration.ofMillis(2));
        record(10, Duration.ofMillis(80));
        assertThat(recent.seconds(0.5, 3).orElseThrow()).isBetween(0.001, 0.0025);
        assertThat(p99(3)).isBetween(0.05, 0.1);
        assertThat(recent.seconds(0.9, 3).orElseThrow()).isCloseTo(0.0025, within(1e-9));
    }

    @Test
    void whatIsOlderThanTheWindowShouldBeForgotten() {
        recent.sample();
        record(100, Duration.ofMillis(200));
        assertThat(p99(3)).isGreaterThan(0.1);
        record(1, Duration.ofMillis(1));
        assertThat(p99(1)).isLessThan(0.002);
        assertThat(p99(2)).isGreaterThan(0.1);
        recent.sample();
        recent.sample();
        assertThat(p99(3)).isLessThan(0.002);
    }

    @Test
    void fewLongOnesShouldNotBeJudgedByAndManyShould() {
        recent.sample();
        record(4, Duration.ofMillis(400));
        assertThat(recent.judgedSeconds(0.99, 3)).isEmpty();
        record(6, Duration.ofMillis(2));
        assertThat(p99(3)).isGreaterThan(0.25);
        assertThat(recent.judgedSeconds(0.99, 3).orElseThrow()).isLessThan(0.003);
        record(2, Duration.ofMillis(400));
        assertThat(recent.judgedSeconds(0.99, 3).orElseThrow()).isGreaterThan(0.25);
    }

    @Test
    void manyShouldBeJudgedByTheQuantileItself() {
        recent.sample();
        record(1_000, Duration.ofMillis(2));
        record(20, Duration.ofMillis(400));
        assertThat(recent.judgedSeconds(0.99, 3)).isEqualTo(recent.seconds(0.99, 3));
        assertThat(recent.judgedSeconds(0.99, 3).orElseThrow()).isGreaterThan(0.25);
    }

    @Test
    void whatTakesLongerThanTheLongestBucketShouldNotLookShort() {
        recent.sample();
        record(5, Duration.ofSeconds(7));
        assertThat(p99(3)).isEqualTo(1);
    }
}
