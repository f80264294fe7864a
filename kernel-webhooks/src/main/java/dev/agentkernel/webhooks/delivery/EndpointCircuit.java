package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.core.webhooks.WebhookHealth;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The circuit of one endpoint at one attempt. What a circuit is, is kept in the endpoint's durable health, where every process
 * sees it and no restart loses it; the breaker is made from it for an attempt that failed and is gone afterwards. So however many
 * endpoints there are, there are no more breakers than attempts under way.
 */
final class EndpointCircuit {

    private final int failuresToOpen;
    private final CircuitBreakerConfig config;

    EndpointCircuit(int failuresToOpen, Duration openFor, InstantSource clock) {
        this.failuresToOpen = failuresToOpen;
        this.config = CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(failuresToOpen)
                .minimumNumberOfCalls(failuresToOpen)
                .failureRateThreshold(100)
                .waitDurationInOpenState(openFor)
                .permittedNumberOfCallsInHalfOpenState(1)
                .clock(clock.withZone(ZoneOffset.UTC))
                .build();
    }

    /** Until when the circuit is open after one more failure; {@code null} when it stays closed. */
    @Nullable
    Instant openUntilAfterFailure(WebhookHealth health, Instant now) {
        CircuitBreaker breaker = restored(health);
        breaker.onError(0, TimeUnit.NANOSECONDS, failure());
        return breaker.getState() == State.OPEN ? now.plus(openFor(breaker)) : null;
    }

    /** After as many failures as open it, the circuit can only be half open: an open one lets no attempt pass. */
    private CircuitBreaker restored(WebhookHealth health) {
        CircuitBreaker breaker = CircuitBreaker.of("endpoint", config);
        if (health.openUntil() != null || health.failuresInRow() >= failuresToOpen) {
            breaker.transitionToOpenState();
            breaker.transitionToHalfOpenState();
            breaker.acquirePermission();
        } else {
            for (int failure = 0; failure < health.failuresInRow(); failure++) {
                breaker.onError(0, TimeUnit.NANOSECONDS, failure());
            }
        }
        return breaker;
    }

    private static Exception failure() {
        return new IOException("the receiver did not take a message");
    }

    private static Duration openFor(CircuitBreaker breaker) {
        return Duration.ofMillis(breaker.getCircuitBreakerConfig()
                .getWaitIntervalFunctionInOpenState()
                .apply(1));
    }
}
