package dev.agentkernel.core.messages;

import java.time.Instant;
import java.util.UUID;

/** The answer to a send: the message is on disk, in its recipient's queue. */
public record SentMessage(UUID messageId, String from, String to, Instant timestamp) {}
