package dev.agentkernel.core.messages;

/** A sender's own name for one send: the same key means the same send. Compared as it stands, per sender. */
public record IdempotencyKey(String sender, String key) {}
