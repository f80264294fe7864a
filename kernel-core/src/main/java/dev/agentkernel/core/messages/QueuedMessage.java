package dev.agentkernel.core.messages;

import dev.agentkernel.core.ByteString;
import java.time.Instant;
import java.util.UUID;

/** A message with its content, as its recipient sees it. */
public record QueuedMessage(
        long seq,
        UUID messageId,
        String from,
        String to,
        ByteString content,
        Instant timestamp,
        MessageContext context) {

    /** A message of which its sender said nothing beside its content. */
    public QueuedMessage(long seq, UUID messageId, String from, String to, ByteString content, Instant timestamp) {
        this(seq, messageId, from, to, content, timestamp, MessageContext.NONE);
    }
}
