package dev.agentkernel.core.observation;

import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.storage.EventStore;

/** Everything that happened, for whoever may observe. Reads alone: observing leaves no trace in the log. */
public final class Observation {

    private final EventStore history;

    public Observation(EventStore history) {
        this.history = history;
    }

    /** A page of the event log. */
    public EventPage events(EventQuery query) {
        return history.find(query);
    }
}
