package dev.agentkernel.core.messages;

import java.util.UUID;

/**
 * A queued message without its content, in somebody's hands.
 *
 * @param seq its place in the queue: the number of its {@code message_sent} event
 * @param contentBytes the size of its content
 * @param attempt how often it has been leased, this time included
 */
public record LeasedMessage(long seq, UUID messageId, int contentBytes, int attempt) {}
