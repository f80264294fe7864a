package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import dev.agentkernel.storage.records.RecordReader;
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
        try {
            segments.scan(since, line -> {
                events.add(RecordReader.toEvent(RecordReader.read(line.buffer(), line.offset(), line.length())));
                return events.size() < eventsMax;
            });
            return events;
        } catch (IOException unreadable) {
            throw new StorageException(
                    StorageException.Remedy.RETRY, "the event log cannot be read after seq " + since, unreadable);
        }
    }
}
