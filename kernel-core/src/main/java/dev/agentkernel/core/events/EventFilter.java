package dev.agentkernel.core.events;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events somebody wants to see.
 *
 * @param types of the events; empty for all
 * @param agent that the events are about; {@code null} for all
 */
public record EventFilter(Set<EventType> types, @Nullable String agent) {

    /** Lets every event pass. */
    public static final EventFilter ALL = new EventFilter(Set.of(), null);

    public EventFilter {
        types = Set.copyOf(types);
    }

    /** Whether an event of this type and agent passes. */
    public boolean matches(EventType type, @Nullable String about) {
        return (types.isEmpty() || types.contains(type)) && (agent == null || agent.equals(about));
    }

    /** Whether the event passes. */
    public boolean matches(Event event) {
        return matches(event.type(), event.agent());
    }
}
