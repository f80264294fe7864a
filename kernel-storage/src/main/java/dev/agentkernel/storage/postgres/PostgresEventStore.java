package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.storage.EventStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the log of events, which is kept in one partition for each day. The order of {@code seq} is the order of commits, so a
 * reader never sees a number before all smaller ones are there; a page opens only the partitions that it has events of.
 */
final class PostgresEventStore implements EventStore {

    private static final String LAST_SEQ = "SELECT last_seq FROM counter WHERE id = 1";
    private static final String DAYS_FROM = """
            SELECT day FROM event_days
            WHERE day >= COALESCE((SELECT max(day) FROM event_days WHERE first_seq <= ?), DATE '0001-01-01') ORDER BY day""";
    private static final String OF_DAY = """
            SELECT seq, received_at, type, agent, data FROM events
            WHERE seq > ? AND received_at >= ? AND received_at < ? ORDER BY seq LIMIT ?""";

    private final PooledReads reads;
    private final EventPages pages;

    PostgresEventStore(PooledReads reads) {
        this.reads = reads;
        this.pages = new EventPages(reads);
    }

    @Override
    public long lastSeq() {
        return reads.one(LAST_SEQ, row -> row.getLong(1));
    }

    @Override
    public List<Event> eventsAfter(long since, int eventsMax) {
        List<Event> events = new ArrayList<>();
        List<LocalDate> days = reads.list(DAYS_FROM, row -> row.getObject(1, LocalDate.class), since + 1);
        for (LocalDate day : days) {
            events.addAll(reads.list(
                    OF_DAY,
                    PostgresEventStore::event,
                    since,
                    startOf(day),
                    startOf(day.plusDays(1)),
                    eventsMax - events.size()));
            if (events.size() >= eventsMax) {
                break;
            }
        }
        return events;
    }

    @Override
    public EventPage find(EventQuery query) {
        return pages.find(query);
    }

    static OffsetDateTime startOf(LocalDate day) {
        return day.atStartOfDay().atOffset(ZoneOffset.UTC);
    }

    /** The event of a row that begins with these columns: seq, received_at, type, agent, data. */
    static Event event(ResultSet row) throws SQLException {
        String type = row.getString(3);
        return new Event(
                row.getLong(1),
                row.getObject(2, OffsetDateTime.class).toInstant(),
                EventType.ofWireName(type)
                        .orElseThrow(() -> new IllegalStateException("there is no event type '" + type + "'")),
                row.getString(4),
                ByteString.wrap(row.getBytes(5)));
    }
}
