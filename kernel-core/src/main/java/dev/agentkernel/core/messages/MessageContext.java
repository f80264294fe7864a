package dev.agentkernel.core.messages;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.RefusedException;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a sender says of a message beside its content. It comes back with the message, and means nothing to the kernel but for how
 * long the message is worth delivering.
 *
 * @param correlationId ties the messages of a conversation together
 * @param replyTo the id of the message that this one answers; it need not exist
 * @param timeToLive after which the message expires when it was not delivered, in whole seconds; {@code null} for never
 */
public record MessageContext(
        @Nullable ByteString correlationId,
        @Nullable UUID replyTo,
        @Nullable Duration timeToLive) {

    /** Longest correlation id, in bytes of UTF-8. */
    public static final int CORRELATION_ID_BYTES_MAX = 128;

    /** Longest time that a message may be worth delivering. */
    public static final Duration TIME_TO_LIVE_MAX = Duration.ofDays(365);

    /** Nothing is said. */
    public static final MessageContext NONE = new MessageContext(null, null, null);

    /**
     * Refuses what is out of its limits.
     *
     * @throws RefusedException {@code bad_request}, naming the limit
     */
    void requireAllowed() {
        if (correlationId != null && (correlationId.size() == 0 || correlationId.size() > CORRELATION_ID_BYTES_MAX)) {
            throw RefusedException.badRequest("'correlation_id' has " + correlationId.size()
                    + " bytes in UTF-8; it must have 1 to " + CORRELATION_ID_BYTES_MAX + ".");
        }
        if (timeToLive != null
                && (timeToLive.compareTo(Duration.ofSeconds(1)) < 0 || timeToLive.compareTo(TIME_TO_LIVE_MAX) > 0)) {
            throw RefusedException.badRequest("'ttl_seconds' is " + timeToLive.toSeconds() + "; 1 to "
                    + TIME_TO_LIVE_MAX.toSeconds() + " are allowed.");
        }
    }
}
