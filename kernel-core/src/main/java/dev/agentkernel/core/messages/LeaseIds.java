package dev.agentkernel.core.messages;

import java.util.UUID;

/**
 * The lease ids that clients see, one for each message: its place in the queue and the random half of the claim's id in a UUID of
 * version 8. So a lease is found by the key of its message, without an index of its own, and no two leases of a message share one.
 */
final class LeaseIds {

    private static final long VERSION_8 = 0x8000L;
    private static final int LOW_BITS = 12;
    private static final long LOW_MASK = (1L << LOW_BITS) - 1;

    private LeaseIds() {}

    /** The id of one message's lease. */
    static UUID of(long seq, UUID claimId) {
        return new UUID(
                (seq >>> LOW_BITS) << (LOW_BITS + 4) | VERSION_8 | seq & LOW_MASK, claimId.getLeastSignificantBits());
    }

    /** The message that a lease id is about; any number for what is not a lease id. */
    static long seqOf(UUID leaseId) {
        long high = leaseId.getMostSignificantBits();
        return (high >>> (LOW_BITS + 4)) << LOW_BITS | high & LOW_MASK;
    }
}
