package dev.agentkernel.core.commit;

import dev.agentkernel.core.messages.Route;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message in a queue, waiting or leased.
 *
 * @param expiresAt until when it is worth delivering; {@code null} for ever
 */
public record QueuedRow(
        String recipient,
        long seq,
        UUID messageId,
        Route route,
        int contentBytes,
        boolean waiting,
        @Nullable Instant expiresAt) {

    QueuedRow with(Route other, boolean isWaiting) {
        return new QueuedRow(recipient, seq, messageId, other, contentBytes, isWaiting, expiresAt);
    }
}
