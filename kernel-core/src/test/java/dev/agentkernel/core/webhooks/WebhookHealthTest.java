package dev.agentkernel.core.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WebhookHealthTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private static WebhookAttempt attempt(int number, String outcome) {
        return new WebhookAttempt(NOW.plusSeconds(number), new UUID(0, number), 200, outcome);
    }

    private static WebhookAttempt failure(int number) {
        return attempt(number, "timeout");
    }

    @Test
    void failuresAreCountedUntilASuccess() {
        WebhookHealth failing = WebhookHealth.UNKNOWN.failed(failure(1), null).failed(failure(2), NOW);
        assertThat(failing.failuresInRow()).isEqualTo(2);
        assertThat(failing.openUntil()).isEqualTo(NOW);
        assertThat(failing.lastDeliveredAt()).isNull();
        WebhookHealth well = failing.delivered(attempt(3, WebhookAttempt.DELIVERED));
        assertThat(well.failuresInRow()).isZero();
        assertThat(well.openUntil()).isNull();
        assertThat(well.lastDeliveredAt()).isEqualTo(NOW.plusSeconds(3));
        assertThat(well.failed(failure(4), null).lastDeliveredAt()).isEqualTo(NOW.plusSeconds(3));
    }

    @Test
    void theNewestAttemptsAreRemembered() {
        WebhookHealth health = WebhookHealth.UNKNOWN;
        for (int i = 1; i <= WebhookHealth.ATTEMPTS_MAX + 2; i++) {
            health = health.failed(failure(i), null);
        }
        assertThat(health.attempts()).hasSize(WebhookHealth.ATTEMPTS_MAX);
        assertThat(health.attempts().getFirst()).isEqualTo(failure(WebhookHealth.ATTEMPTS_MAX + 2));
        assertThat(health.attempts().getLast()).isEqualTo(failure(3));
    }

    @Test
    void anAttemptIsDeliveredByItsOutcomeAlone() {
        assertThat(attempt(1, WebhookAttempt.DELIVERED).isDelivered()).isTrue();
        assertThat(failure(1).isDelivered()).isFalse();
    }

    @Test
    void theCircuitIsOpenForItsTimeAndThenTried() {
        WebhookHealth opened = WebhookHealth.UNKNOWN.failed(failure(1), NOW.plus(Duration.ofMinutes(5)));
        Instant end = NOW.plus(Duration.ofMinutes(5));
        assertThat(opened.isOpenAt(end.minusMillis(1))).isTrue();
        assertThat(opened.isOpenAt(end)).isFalse();
        assertThat(WebhookHealth.UNKNOWN.isOpenAt(NOW)).isFalse();
        assertThat(Circuit.of(opened, end.minusMillis(1))).isEqualTo(Circuit.OPEN);
        assertThat(Circuit.of(opened, end)).isEqualTo(Circuit.HALF_OPEN);
        assertThat(Circuit.of(WebhookHealth.UNKNOWN, NOW)).isEqualTo(Circuit.CLOSED);
        assertThat(Circuit.HALF_OPEN.wireName()).isEqualTo("half_open");
    }
}
