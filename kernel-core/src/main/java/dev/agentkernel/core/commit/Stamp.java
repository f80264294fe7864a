package dev.agentkernel.core.commit;

import java.time.Instant;

/**
 * The place in history that a commit got.
 *
 * @param firstSeq the {@code seq} of the first event: of the batch as the storage hands it out, of the decision's own records as
 *     a decision's answer sees it
 * @param time the time of every record in the batch
 */
public record Stamp(long firstSeq, Instant time) {}
