package dev.agentkernel.core.removal;

import java.util.UUID;

/** What is removed: every version of a key of the shared state, or a message. */
public record RemovalTarget(Kind kind, String name) {

    /** What kind of content it is; the wire name of each says what was done to it. */
    public enum Kind {
        STATE("state_key_removed"),
        MESSAGE("message_redacted");

        private final String action;

        Kind(String action) {
            this.action = action;
        }

        /** What the transparency log calls the removal. */
        public String action() {
            return action;
        }
    }

    public static RemovalTarget state(String key) {
        return new RemovalTarget(Kind.STATE, key);
    }

    public static RemovalTarget message(UUID messageId) {
        return new RemovalTarget(Kind.MESSAGE, messageId.toString());
    }
}
