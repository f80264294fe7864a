package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.core.webhooks.WebhookAttempt;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What came of calling an endpoint once.
 *
 * @param status 0 when there was no answer
 * @param reason why it failed, in lower-case letters and underscores; {@code null} when it was answered 2xx
 * @param retryAfter what the receiver asks for, as it stood
 */
record Answer(int status, @Nullable String reason, @Nullable String retryAfter) {

    private static final int GONE = 410;

    /** The attempt that had this answer, as it is remembered. */
    WebhookAttempt attempt(Instant at, UUID messageId) {
        return new WebhookAttempt(at, messageId, status, Objects.requireNonNullElse(reason, WebhookAttempt.DELIVERED));
    }

    boolean isDelivered() {
        return reason == null;
    }

    /** Whether the receiver wants no more messages, ever. */
    boolean isGone() {
        return status == GONE;
    }
}
