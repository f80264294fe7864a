package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.storage.embedded.log.LineVisitor;
import dev.agentkernel.storage.embedded.log.LogLine;
import dev.agentkernel.storage.records.EventReader;
import java.util.ArrayList;
import java.util.List;

/** Gathers a page of events from lines in their order, until it is full or took enough effort. */
final class ForwardPage implements LineVisitor {

    private final EventQuery query;
    private final EventQuery.Range range;
    private final List<Event> events = new ArrayList<>();
    private long reached;
    private long examined;
    private long bytesRead;
    private long bytes;

    ForwardPage(EventQuery query, EventQuery.Range range) {
        this.query = query;
        this.range = range;
        this.reached = range.after();
    }

    @Override
    public boolean visit(LogLine line) {
        if (line.seq() >= range.before()) {
            reached = range.before() - 1;
            return false;
        }
        Event event = EventReader.read(line.buffer(), line.offset(), line.length(), query.filter());
        if (event != null && !takes(event)) {
            return false;
        }
        reached = line.seq();
        examined++;
        bytesRead += line.length();
        return events.size() < query.eventsMax()
                && examined < query.effort().events()
                && bytesRead < query.effort().bytesRead();
    }

    private boolean takes(Event event) {
        if (!events.isEmpty() && bytes + event.data().size() > query.effort().bytes()) {
            return false;
        }
        bytes += event.data().size();
        return events.add(event);
    }

    EventPage result() {
        return new EventPage(events, reached, reached < range.before() - 1);
    }
}
