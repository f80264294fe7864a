package dev.agentkernel.storage.records;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.removal.PlacedRemoval;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.RemovalStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The event log as readers may see it: removed contents are overlaid from the moment of their removal, whatever the log still
 * holds. Every reader of events goes through here.
 */
public final class RedactedEvents implements EventStore {

    private final EventStore log;
    private final RemovalStore removals;

    public RedactedEvents(EventStore log, RemovalStore removals) {
        this.log = log;
        this.removals = removals;
    }

    @Override
    public long lastSeq() {
        return log.lastSeq();
    }

    @Override
    public List<Event> eventsAfter(long since, int eventsMax) {
        return overlaid(log.eventsAfter(since, eventsMax));
    }

    @Override
    public EventPage find(EventQuery query) {
        EventPage page = log.find(query);
        return new EventPage(overlaid(page.events()), page.reached(), page.hasMore());
    }

    /** Asked after the events were read: a removal that was answered before the reading began is seen for certain. */
    private List<Event> overlaid(List<Event> events) {
        if (events.isEmpty() || removals.removalCount() == 0) {
            return events;
        }
        Map<Long, RemovalTarget> targets = new HashMap<>();
        events.forEach(event -> Redactions.targetOf(event).ifPresent(target -> targets.put(event.seq(), target)));
        if (targets.isEmpty()) {
            return events;
        }
        List<PlacedRemoval> removed =
                removals.of(targets.values().stream().distinct().toList());
        return removed.isEmpty()
                ? events
                : events.stream()
                        .map(event -> overlaid(event, targets.get(event.seq()), removed))
                        .toList();
    }

    private static Event overlaid(Event event, @Nullable RemovalTarget target, List<PlacedRemoval> removed) {
        Optional<PlacedRemoval> first = removed.stream()
                .filter(removal -> removal.removal().target().equals(target) && removal.seq() > event.seq())
                .findFirst();
        return first.map(removal -> Redactions.redacted(event, removal.removal().reason()))
                .orElse(event);
    }
}
