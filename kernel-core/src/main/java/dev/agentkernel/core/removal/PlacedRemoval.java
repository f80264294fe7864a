package dev.agentkernel.core.removal;

/**
 * A removal and its place in the log.
 *
 * @param seq of its {@code content_removed} event: it is of what was logged before
 * @param contentSeq of the event that held a removed message; 0 when that is not known, or there may be many
 */
public record PlacedRemoval(Removal removal, long seq, long contentSeq) {}
