package dev.agentkernel.core.messages;

import java.util.UUID;

/**
 * A message that somebody holds, or held until the lease ran out.
 *
 * @param leaseId of the claim that it was leased by, together with others: not the id that clients see, {@link Delivery#leaseId}
 * @param seq its place in the recipient's queue
 */
public record HeldLease(String recipient, UUID leaseId, long seq) {}
