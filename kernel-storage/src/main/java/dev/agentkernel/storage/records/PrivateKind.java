package dev.agentkernel.storage.records;

import java.util.Locale;

/** The records that are private as a whole, by the {@code kind} that their private part names. */
enum PrivateKind {
    CONTENT_ERASED,
    SENDER_BLOCKED,
    SENDER_UNBLOCKED,
    CHALLENGE_USED,
    MESSAGES_LEASED,
    LEASE_REPLACED,
    MESSAGES_RETURNED,
    MESSAGES_REROUTED,
    DEAD_LETTER_REQUEUED,
    DEAD_LETTER_DELETED,
    WEBHOOK_HEALTH_CHANGED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    String wireName() {
        return wireName;
    }

    static PrivateKind ofWireName(String wireName) {
        for (PrivateKind kind : values()) {
            if (kind.wireName.equals(wireName)) {
                return kind;
            }
        }
        throw new UnreadableRecordException("a record of the unknown private kind '" + wireName + "'");
    }
}
