package dev.agentkernel.core.events;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The types of public events; the wire name of each is its lower-case name. */
public enum EventType {
    OPERATOR_CREATED,
    AGENT_REGISTERED,
    AGENT_UPDATED,
    AGENT_DEREGISTERED,
    TOKEN_ROTATED,
    MESSAGE_SENT,
    MESSAGE_DELIVERED,
    MESSAGE_DEAD,
    MESSAGE_EXPIRED,
    STATE_WRITTEN,
    STATE_DELETED,
    STATE_READ,
    REGISTRY_READ,
    CONTENT_REMOVED;

    private static final Map<String, EventType> BY_WIRE_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventType::wireName, Function.identity()));

    private final String wireName = name().toLowerCase(Locale.ROOT);
    private final Optional<EventType> present = Optional.of(this);

    /** The type as readers of the log see it, for example {@code message_sent}. */
    public String wireName() {
        return wireName;
    }

    /** The type of the given wire name, if there is one. */
    public static Optional<EventType> ofWireName(String wireName) {
        return Optional.ofNullable(BY_WIRE_NAME.get(wireName));
    }

    /** This type as an optional that is made once: records ask on the hot path. */
    Optional<EventType> present() {
        return present;
    }
}
