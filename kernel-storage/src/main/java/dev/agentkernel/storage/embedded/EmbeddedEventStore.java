package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.embedded.log.LineVisitor;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import dev.agentkernel.storage.records.EventReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The public side of the event log, read from its segments. */
final class EmbeddedEventStore implements EventStore {

    private final SegmentLog segments;

    EmbeddedEventStore(SegmentLog segments) {
        this.segments = segments;
    }

    @Override
    public long lastSeq() {
        return segments.lastSeq();
    }

    @Override
    public List<Event> eventsAfter(long since, int eventsMax) {
        List<Event> events = new ArrayList<>();
        if (eventsMax < 1) {
            return events;
        }
        scan(since, line -> {
            events.add(EventReader.read(line.buffer(), line.offset(), line.length(), EventFilter.ALL));
            return events.size() < eventsMax;
        });
        return events;
    }

    @Override
    public EventPage find(EventQuery query) {
        long firstSeq = segments.oldestSegmentFirstSeq().orElse(1);
        EventQuery.Range range = query.within(firstSeq, segments.lastSeq());
        return switch (query.order()) {
            case OLDEST_FIRST -> oldestFirst(query, range);
            case NEWEST_FIRST -> newestFirst(query, range);
        };
    }

    private EventPage oldestFirst(EventQuery query, EventQuery.Range range) {
        if (range.isEmpty()) {
            return new EventPage(List.of(), Math.max(query.after(), range.before() - 1), false);
        }
        ForwardPage page = new ForwardPage(query, range);
        scan(range.after(), page);
        return page.result();
    }

    /**
     * The log can be read forwards alone. Seqs have no gaps, so that a window of them before a place is found as quickly as the
     * place, and windows grow until the page is full.
     */
    private EventPage newestFirst(EventQuery query, EventQuery.Range range) {
        BackwardPage page = new BackwardPage(query, range);
        while (page.wantsMore()) {
            scan(page.openWindow(), page);
            page.closeWindow();
        }
        return page.result();
    }

    private void scan(long since, LineVisitor visitor) {
        try {
            segments.scan(since, visitor);
        } catch (IOException unreadable) {
            throw new StorageException(
                    StorageException.Remedy.RETRY, "the event log cannot be read after seq " + since, unreadable);
        }
    }
}
