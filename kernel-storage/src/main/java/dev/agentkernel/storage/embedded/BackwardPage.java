package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.storage.embedded.log.LineVisitor;
import dev.agentkernel.storage.embedded.log.LogLine;
import dev.agentkernel.storage.records.EventReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Gathers a page of events, newest first, from windows of the log that are read forwards: each lies before the one before it and is
 * twice as large, as long as that one had few bytes.
 */
final class BackwardPage implements LineVisitor {

    private static final int WINDOW_FIRST = 64;

    /** A window of so many bytes is not followed by a larger one. */
    private static final long WINDOW_BYTES = 4L << 20;

    private final EventQuery query;
    private final EventQuery.Range range;
    private final List<Event> events = new ArrayList<>();
    private final Deque<Event> window = new ArrayDeque<>();
    private long reached;
    private long windowStart;
    private long windowSize = WINDOW_FIRST;
    private long windowBytesRead;
    private long windowBytes;
    private long examined;
    private long bytesRead;
    private long bytes;
    private boolean full;

    BackwardPage(EventQuery query, EventQuery.Range range) {
        this.query = query;
        this.range = range;
        this.reached = Math.max(range.before(), range.after() + 1);
    }

    /** Whether there is a window before what was reached, and room and effort left for it. */
    boolean wantsMore() {
        return !full
                && reached - 1 > range.after()
                && examined < query.effort().events()
                && bytesRead < query.effort().bytesRead();
    }

    /** Begins with the next window; returns the seq that it starts after. */
    long openWindow() {
        long size = Math.min(windowSize, query.effort().events() - examined);
        windowStart = Math.max(range.after(), reached - 1 - size);
        windowBytesRead = 0;
        windowBytes = 0;
        return windowStart;
    }

    @Override
    public boolean visit(LogLine line) {
        if (line.seq() >= reached) {
            return false;
        }
        windowBytesRead += line.length();
        Event event = EventReader.read(line.buffer(), line.offset(), line.length(), query.filter());
        if (event != null) {
            window.addLast(event);
            windowBytes += event.data().size();
            dropWhatFindsNoRoom();
        }
        return line.seq() + 1 < reached;
    }

    /** The newest count: what comes later in the window is nearer to the page's beginning. */
    private void dropWhatFindsNoRoom() {
        while (window.size() > query.eventsMax() - events.size()
                || (bytes + windowBytes > query.effort().bytes() && events.size() + window.size() > 1)) {
            windowBytes -= window.removeFirst().data().size();
            full = true;
        }
    }

    /** Takes over what the window had. */
    void closeWindow() {
        while (!window.isEmpty()) {
            events.add(window.removeLast());
        }
        bytes += windowBytes;
        bytesRead += windowBytesRead;
        examined += reached - 1 - windowStart;
        full |= events.size() >= query.eventsMax();
        reached = full && !events.isEmpty() ? events.getLast().seq() : windowStart + 1;
        windowSize = windowBytesRead < WINDOW_BYTES ? windowSize * 2 : WINDOW_FIRST;
    }

    EventPage result() {
        return new EventPage(events, reached, reached - 1 > range.after());
    }
}
