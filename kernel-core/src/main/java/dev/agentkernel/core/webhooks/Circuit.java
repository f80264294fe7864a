package dev.agentkernel.core.webhooks;

import java.time.Instant;
import java.util.Locale;

/** Whether messages are pushed to an endpoint; the wire name of each is its lower-case name. */
public enum Circuit {
    /** They are. */
    CLOSED,
    /** Too many failed in a row: for a while they are left to be fetched. */
    OPEN,
    /** The while is over: the next message is tried. */
    HALF_OPEN;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    static Circuit of(WebhookHealth health, Instant now) {
        if (health.openUntil() == null) {
            return CLOSED;
        }
        return health.isOpenAt(now) ? OPEN : HALF_OPEN;
    }

    public String wireName() {
        return wireName;
    }
}
