package dev.agentkernel.core.commit;

import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.Route;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A leased message, as decisions see it.
 *
 * @param expiresAt until when it is worth delivering; {@code null} for ever
 */
public record LeaseRow(
        String recipient,
        Route route,
        UUID leaseId,
        Instant leasedUntil,
        String leasedBy,
        LeasedMessage message,
        @Nullable Instant expiresAt) {

    /** Whether it is not worth delivering any more. */
    public boolean isExpiredAt(Instant time) {
        return expiresAt != null && !expiresAt.isAfter(time);
    }
}
