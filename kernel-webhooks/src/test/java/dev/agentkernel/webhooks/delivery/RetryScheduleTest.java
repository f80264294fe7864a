package dev.agentkernel.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryScheduleTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private final DeliverySettings settings = DeliverySettings.defaults();
    private final RetrySchedule even = new RetrySchedule(settings, () -> 0.5);

    @ParameterizedTest
    @CsvSource({"1, PT1S", "2, PT2S", "3, PT4S"})
    void waitsLongerEachTime(int attempt, Duration wait) {
        assertThat(even.afterAttempt(attempt, null, NOW)).contains(wait);
    }

    @Test
    void endsWithTheSchedule() {
        assertThat(even.afterAttempt(4, null, NOW)).isEmpty();
        assertThat(even.afterAttempt(4, "1", NOW)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0.0, PT0.8S", "1.0, PT1.2S"})
    void isUnevenByItsJitter(double random, Duration wait) {
        assertThat(new RetrySchedule(settings, () -> random).afterAttempt(1, null, NOW))
                .contains(wait);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "30                            | PT30S",
                "0                             | PT1S",
                "300                           | PT5M",
                "301                           | PT5M",
                "99999999999999999999          | PT5M",
                "Thu, 26 Nov 2026 12:02:00 GMT | PT2M",
                "Thu, 26 Nov 2026 11:00:00 GMT | PT1S",
                "Fri, 26 Nov 2027 12:00:00 GMT | PT5M",
                "-5                            | PT1S",
                "soon                          | PT1S",
                "''                            | PT1S",
                "١٢                            | PT1S",
            })
    void receiverMayAskForMoreButNotForTooMuch(String retryAfter, Duration wait) {
        assertThat(even.afterAttempt(1, retryAfter, NOW)).contains(wait);
    }
}
