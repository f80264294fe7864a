package dev.agentkernel.core.messages;

/**
 * A message in its recipient's queue.
 *
 * @param seq its place in the queue: the number of its {@code message_sent} event
 * @param waiting whether it is in nobody's hands, which a dead letter is, too; otherwise it is leased
 */
public record QueuedCopy(String recipient, long seq, Route route, int contentBytes, boolean waiting) {}
