package dev.agentkernel.core.messages;

import dev.agentkernel.core.ByteString;
import org.jspecify.annotations.Nullable;

/** A message that an agent wants to send; the idempotency key, if any, makes it safe to send again. */
public record OutgoingMessage(
        String to,
        ByteString content,
        MessageContext context,
        @Nullable String idempotencyKey) {

    /** A message of which nothing is said beside its content. */
    public OutgoingMessage(String to, ByteString content, @Nullable String idempotencyKey) {
        this(to, content, MessageContext.NONE, idempotencyKey);
    }
}
