package dev.agentkernel.core.webhooks;

import java.time.Instant;
import java.util.UUID;

/**
 * One attempt to push a message. Holds nothing that the receiver wrote but the status.
 *
 * @param status of the answer; 0 when there was none
 * @param outcome {@link #DELIVERED}, or the reason of the failure in lower-case letters and underscores
 */
public record WebhookAttempt(Instant at, UUID messageId, int status, String outcome) {

    /** The outcome of an attempt that was answered 2xx. */
    public static final String DELIVERED = "delivered";

    public boolean isDelivered() {
        return outcome.equals(DELIVERED);
    }
}
