package dev.agentkernel.core.webhooks;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint fares, as all processes see it. Failures are kept as they happen; of an endpoint that does well the last
 * delivery is noted once in a while only, so that doing well costs nothing.
 *
 * @param failuresInRow since the last success
 * @param openUntil until when nothing is pushed; {@code null} when the circuit was not open since the last success
 * @param lastDeliveredAt when something was delivered last, or up to a minute before that; {@code null} for never
 * @param attempts the newest first, at most {@link #ATTEMPTS_MAX}
 */
public record WebhookHealth(
        int failuresInRow,
        @Nullable Instant openUntil,
        @Nullable Instant lastDeliveredAt,
        List<WebhookAttempt> attempts) {

    /** Attempts that are remembered of each endpoint. */
    public static final int ATTEMPTS_MAX = 10;

    /** An endpoint that was never called. */
    public static final WebhookHealth UNKNOWN = new WebhookHealth(0, null, null, List.of());

    /** Keeps a copy of the attempts, the newest as many as are allowed. */
    public WebhookHealth {
        attempts = List.copyOf(attempts.subList(0, Math.min(attempts.size(), ATTEMPTS_MAX)));
    }

    /** Whether nothing is pushed at this time. */
    public boolean isOpenAt(Instant now) {
        return openUntil != null && openUntil.isAfter(now);
    }

    /** After a success: the circuit is closed. */
    public WebhookHealth delivered(WebhookAttempt attempt) {
        return new WebhookHealth(0, null, attempt.at(), with(attempt));
    }

    /** After a failure, which may have opened the circuit. */
    public WebhookHealth failed(WebhookAttempt attempt, @Nullable Instant circuitOpenUntil) {
        return new WebhookHealth(failuresInRow + 1, circuitOpenUntil, lastDeliveredAt, with(attempt));
    }

    private List<WebhookAttempt> with(WebhookAttempt newest) {
        List<WebhookAttempt> all = new ArrayList<>(attempts.size() + 1);
        all.add(newest);
        all.addAll(attempts);
        return all;
    }
}
