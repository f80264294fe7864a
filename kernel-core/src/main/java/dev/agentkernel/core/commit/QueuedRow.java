package dev.agentkernel.core.commit;

import dev.agentkernel.core.messages.Route;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message in a queue.
 *
 * @param waiting whether it is in nobody's hands, which a dead letter is, too; otherwise it is leased
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
