package dev.agentkernel.core.messages;

/**
 * A message that was handed out too often without being acknowledged.
 *
 * @param attempts how often it was handed out
 */
public record DeadLetter(QueuedMessage message, int attempts) {}
