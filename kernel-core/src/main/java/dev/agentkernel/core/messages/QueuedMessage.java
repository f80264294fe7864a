package dev.agentkernel.core.messages;

import dev.agentkernel.core.ByteString;
import java.time.Instant;
import java.util.UUID;

/** A message with its content, as its recipient sees it. */
public record QueuedMessage(long seq, UUID messageId, String from, String to, ByteString content, Instant timestamp) {}
