package dev.agentkernel.core.events;

import java.util.List;

/**
 * An answer to an {@link EventQuery}: perhaps a partial one, and then possibly without any event.
 *
 * @param events that match, in the order asked for
 * @param reached how far the page looked: whoever asks again from there misses nothing and sees nothing twice. Oldest first it is
 *     the seq of the last event that was looked at ({@code after} of the next page), newest first that of the first one ({@code
 *     before} of the next page)
 * @param hasMore whether there are events beyond, of which some may match
 */
public record EventPage(List<Event> events, long reached, boolean hasMore) {

    public EventPage {
        events = List.copyOf(events);
    }
}
