package dev.agentkernel.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EndpointCircuitTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Duration OPEN_FOR = Duration.ofMinutes(5);

    private final EndpointCircuit circuit = new EndpointCircuit(5, OPEN_FOR, InstantSource.fixed(NOW));

    private static WebhookAttempt attempt(String outcome) {
        return new WebhookAttempt(NOW, new UUID(7, 7), 0, outcome);
    }

    private WebhookHealth failure(WebhookHealth health) {
        return health.failed(attempt("timed_out"), circuit.openUntilAfterFailure(health, NOW));
    }

    private WebhookHealth failures(WebhookHealth from, int number) {
        WebhookHealth health = from;
        for (int i = 0; i < number; i++) {
            health = failure(health);
        }
        return health;
    }

    @Test
    void opensWithTheFifthFailureInARow() {
        WebhookHealth four = failures(WebhookHealth.UNKNOWN, 4);
        @Nullable Instant openUntil = failure(four).openUntil();

        assertThat(four.openUntil()).isNull();
        assertThat(openUntil).isEqualTo(NOW.plus(OPEN_FOR));
    }

    @Test
    void successBetweenStartsTheCountAnew() {
        WebhookHealth health = failures(WebhookHealth.UNKNOWN, 4).delivered(attempt(WebhookAttempt.DELIVERED));

        assertThat(failures(health, 4).openUntil()).isNull();
        assertThat(failures(health, 5).openUntil()).isNotNull();
    }

    @Test
    void probeThatFailsOpensItAgainAtOnce() {
        WebhookHealth probing = new WebhookHealth(5, NOW.minusSeconds(1), null, List.of());

        assertThat(failure(probing).openUntil()).isEqualTo(NOW.plus(OPEN_FOR));
    }
}
