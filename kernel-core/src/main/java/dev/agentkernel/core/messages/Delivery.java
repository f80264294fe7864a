package dev.agentkernel.core.messages;

import java.time.Instant;
import java.util.UUID;

/**
 * A message in somebody's hands until it is acknowledged, returned, or the lease runs out.
 *
 * @param attempt how often it has been leased, this time included
 * @param claimId the id of the claim that it was leased by, together with others
 * @param leasedUntil when it may go to somebody else, unless the lease is extended
 */
public record Delivery(QueuedMessage message, int attempt, UUID claimId, Instant leasedUntil) {

    /** Names this lease of this message, and nothing else ever. */
    public UUID leaseId() {
        return LeaseIds.of(message.seq(), claimId);
    }

    /** The lease without the message. */
    public HeldLease held() {
        return new HeldLease(message.to(), claimId, message.seq());
    }
}
