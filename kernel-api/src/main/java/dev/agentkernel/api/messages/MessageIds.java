package dev.agentkernel.api.messages;

import java.util.Optional;
import java.util.UUID;

/** Reads ids of messages and leases. */
final class MessageIds {

    private static final int LENGTH = 36;

    private MessageIds() {}

    /** The id, if the text is one in its usual form; the JDK's own parser also takes shortened ones. */
    static Optional<UUID> parse(String text) {
        if (text.length() != LENGTH) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
