package dev.agentkernel.core.messages;

import java.util.Locale;

/** How a message reached its recipient; the wire name of each is its lower-case name. */
public enum DeliveryMethod {
    PULL,
    PUSH,
    SOCKET;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }
}
