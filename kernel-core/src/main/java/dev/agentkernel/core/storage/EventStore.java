package dev.agentkernel.core.storage;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import java.util.List;

/** Reads the public side of the event log. Every method throws {@link StorageException} if the storage is away. */
public interface EventStore {

    /** The {@code seq} of the last event; 0 when there is none. */
    long lastSeq();

    /**
     * Events in order of {@code seq}, without gaps, as far as they are durable.
     *
     * @param since the seq that the page starts after
     */
    List<Event> eventsAfter(long since, int eventsMax);

    /**
     * The events that match, as far as they are durable when the call begins, without gaps; bounded as the query says. Events that
     * a retention has dropped are passed over.
     */
    EventPage find(EventQuery query);
}
