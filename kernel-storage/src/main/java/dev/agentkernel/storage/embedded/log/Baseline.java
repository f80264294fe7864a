package dev.agentkernel.storage.embedded.log;

/**
 * Where the log stands at a batch boundary.
 *
 * @param batch the number of the batch before the boundary; 0 before the first, {@link #UNKNOWN} when it was dropped
 * @param lastSeq the last public seq before the boundary, as far as it is known
 */
record Baseline(long batch, long lastSeq) {

    /** The batch number before the first batch of a log whose older segments were dropped. */
    static final long UNKNOWN = -1;
}
