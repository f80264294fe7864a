package dev.agentkernel.storage.postgres;

/** Up to which totals, as they are before a batch, its decisions hold. */
record TotalsBounds(long stateBytesMax, long queueBytesMax) {

    /** For decisions that did not look at the totals, or looked at them under a lock. */
    static final TotalsBounds NONE = new TotalsBounds(Long.MAX_VALUE, Long.MAX_VALUE);
}
