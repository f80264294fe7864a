package dev.agentkernel.core.messages;

/** A message that is not worth delivering any more, by its place in its recipient's queue. */
public record ExpiredMessage(String recipient, long seq) {}
