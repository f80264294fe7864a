package dev.agentkernel.storage.records;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.messages.MessageContext;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a sender said beside the content, as tables keep it: with the moment of expiry in place of the time to live. */
public final class StoredContext {

    private static final long MICROS_PER_SECOND = 1_000_000;

    private StoredContext() {}

    /** The context of a row; times are microseconds since 1970. */
    public static MessageContext of(
            byte @Nullable [] correlationId, @Nullable UUID replyTo, long sentAt, @Nullable Long expiresAt) {
        return new MessageContext(
                correlationId == null ? null : ByteString.wrap(correlationId),
                replyTo,
                expiresAt == null ? null : Duration.ofSeconds((expiresAt - sentAt) / MICROS_PER_SECOND));
    }

    /** For how many microseconds a message is worth delivering; 0 for ever. */
    public static long microsToLive(MessageContext context) {
        Duration timeToLive = context.timeToLive();
        return timeToLive == null ? 0 : timeToLive.toSeconds() * MICROS_PER_SECOND;
    }
}
