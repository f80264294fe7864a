package dev.agentkernel.core.commit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A waiting message that has not expired.
 *
 * @param attempts counts the leases it had so far
 * @param expiresAt until when it is worth delivering; {@code null} for ever
 */
public record WaitingRow(
        long seq,
        UUID messageId,
        int contentBytes,
        int attempts,
        @Nullable Instant expiresAt) {

    /** One that never expires. */
    public WaitingRow(long seq, UUID messageId, int contentBytes, int attempts) {
        this(seq, messageId, contentBytes, attempts, null);
    }
}
