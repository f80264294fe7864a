package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookHealth;
import dev.agentkernel.core.webhooks.WebhookOutbox;
import dev.agentkernel.webhooks.delivery.DeliveryListener.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Decides what becomes of a message and of its endpoint after an attempt, and has it kept. */
final class Settlement {

    /** How often the last delivery of an endpoint that does well is noted. */
    static final Duration NOTE_EVERY = Duration.ofMinutes(1);

    private final WebhookOutbox outbox;
    private final EndpointCircuit circuit;
    private final RetrySchedule schedule;
    private final InstantSource clock;

    Settlement(WebhookOutbox outbox, DeliverySettings settings, InstantSource clock, DoubleSupplier random) {
        this.outbox = outbox;
        this.circuit = new EndpointCircuit(settings.failuresToOpen(), settings.openFor(), clock);
        this.schedule = new RetrySchedule(settings, random);
        this.clock = clock;
    }

    Outcome settle(WebhookEndpoint endpoint, Delivery delivery, Answer answer) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        WebhookAttempt attempt = answer.attempt(now, delivery.message().messageId());
        if (answer.isDelivered()) {
            outbox.delivered(endpoint, delivery, worthNoting(endpoint.health(), attempt));
            return Outcome.DELIVERED;
        }
        if (answer.isGone()) {
            outbox.turnOff(endpoint, delivery);
            return Outcome.TURNED_OFF;
        }
        return failed(endpoint, delivery, answer, attempt);
    }

    private static @Nullable WebhookHealth worthNoting(WebhookHealth health, WebhookAttempt attempt) {
        Instant last = health.lastDeliveredAt();
        boolean known = last != null && attempt.at().isBefore(last.plus(NOTE_EVERY));
        boolean wasWell = health.failuresInRow() == 0 && health.openUntil() == null;
        return known && wasWell ? null : health.delivered(attempt);
    }

    private Outcome failed(WebhookEndpoint endpoint, Delivery delivery, Answer answer, WebhookAttempt attempt) {
        Instant openUntil = circuit.openUntilAfterFailure(endpoint.health(), attempt.at());
        WebhookHealth health = endpoint.health().failed(attempt, openUntil);
        if (openUntil != null) {
            outbox.handOver(endpoint, delivery, health);
            return Outcome.HANDED_OVER;
        }
        Optional<Duration> wait = schedule.afterAttempt(delivery.attempt(), answer.retryAfter(), attempt.at());
        if (wait.isPresent()) {
            outbox.retryLater(endpoint, delivery, wait.get(), health);
            return Outcome.RETRIED;
        }
        outbox.handOver(endpoint, delivery, health);
        return Outcome.HANDED_OVER;
    }
}
