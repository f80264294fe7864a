package dev.agentkernel.api.json;

import java.util.Optional;
import java.util.UUID;

/** Reads UUIDs, of messages and leases for the most part. */
public final class Uuids {

    private static final int LENGTH = 36;

    private Uuids() {}

    /** The UUID, if the text is one in its usual form; the JDK's own parser also takes shortened ones. */
    public static Optional<UUID> parse(String text) {
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
