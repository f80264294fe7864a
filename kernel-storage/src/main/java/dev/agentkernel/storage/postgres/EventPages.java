package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.EventType;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions to the log, day by day. A page looks at a bounded range of seqs, which the primary key finds, whatever of it
 * matches: an index for each filter would make every commit dearer, while it holds the lock on history.
 */
final class EventPages {

    private static final String BOUNDS = """
            SELECT last_seq, COALESCE((SELECT min(first_seq) FROM event_days), 1) FROM counter WHERE id = 1""";
    private static final String DAYS = """
            SELECT day FROM event_days
            WHERE first_seq < ?
            AND day >= COALESCE((SELECT max(day) FROM event_days WHERE first_seq <= ?), DATE '0001-01-01') ORDER BY day""";

    /** The size of a value is known without fetching it, and only what the page has room for is fetched. */
    private static final String OF_DAY = """
            SELECT seq, received_at, type, agent, data, matching FROM (
                SELECT seq, received_at, type, agent, data, count(*) OVER () AS matching,
                    sum(octet_length(data)) OVER (ORDER BY seq $order ROWS UNBOUNDED PRECEDING) AS bytes
                FROM (
                    SELECT seq, received_at, type, agent, data FROM events
                    WHERE seq > ? AND seq < ? AND received_at >= ? AND received_at < ?
                    AND (cardinality(?::text[]) = 0 OR type = ANY (?::text[])) AND (?::text IS NULL OR agent = ?::text)
                    ORDER BY seq $order LIMIT ?) AS wanted) AS measured
            WHERE bytes <= ? OR bytes = octet_length(data) ORDER BY seq $order""";

    private static final String OLDEST_FIRST = OF_DAY.replace("$order", "ASC");
    private static final String NEWEST_FIRST = OF_DAY.replace("$order", "DESC");

    private final PooledReads reads;

    EventPages(PooledReads reads) {
        this.reads = reads;
    }

    /** The part of the log that there is. */
    private record Bounds(long lastSeq, long firstSeq) {}

    /** A row, and how many rows would have come but for their size. */
    private record Row(Event event, long matching) {}

    EventPage find(EventQuery query) {
        Bounds bounds = reads.one(BOUNDS, row -> new Bounds(row.getLong(1), row.getLong(2)));
        EventQuery.Range range = query.within(bounds.firstSeq(), bounds.lastSeq());
        boolean oldestFirst = query.order() == EventQuery.Order.OLDEST_FIRST;
        if (range.isEmpty()) {
            long reached = oldestFirst
                    ? Math.max(query.after(), range.before() - 1)
                    : Math.max(range.before(), range.after() + 1);
            return new EventPage(List.of(), reached, false);
        }
        EventQuery.Range looked = oldestFirst
                ? new EventQuery.Range(
                        range.after(),
                        Math.min(
                                range.before(),
                                range.after() + 1 + query.effort().events()))
                : new EventQuery.Range(
                        Math.max(
                                range.after(),
                                range.before() - 1 - query.effort().events()),
                        range.before());
        return oldestFirst ? oldestFirst(query, range, looked) : newestFirst(query, range, looked);
    }

    private EventPage oldestFirst(EventQuery query, EventQuery.Range range, EventQuery.Range looked) {
        List<Event> events = new ArrayList<>();
        boolean whole = gather(query, looked, days(looked), OLDEST_FIRST, events);
        long reached = whole ? looked.before() - 1 : events.getLast().seq();
        return new EventPage(events, reached, reached < range.before() - 1);
    }

    private EventPage newestFirst(EventQuery query, EventQuery.Range range, EventQuery.Range looked) {
        List<Event> events = new ArrayList<>();
        boolean whole = gather(query, looked, days(looked).reversed(), NEWEST_FIRST, events);
        long reached = whole ? looked.after() + 1 : events.getLast().seq();
        return new EventPage(events, reached, reached - 1 > range.after());
    }

    private List<LocalDate> days(EventQuery.Range looked) {
        return reads.list(DAYS, row -> row.getObject(1, LocalDate.class), looked.before(), looked.after() + 1);
    }

    /** Adds what matches to the events; says whether that was all there is. */
    private boolean gather(
            EventQuery query, EventQuery.Range looked, List<LocalDate> days, String sql, List<Event> events) {
        @Nullable String[] types = Columns.texts(query.filter().types(), EventType::wireName);
        String agent = query.filter().agent();
        long bytes = 0;
        for (LocalDate day : days) {
            long room = query.effort().bytes() - bytes;
            List<Row> rows = reads.list(
                    sql,
                    row -> new Row(PostgresEventStore.event(row), row.getLong(6)),
                    looked.after(),
                    looked.before(),
                    PostgresEventStore.startOf(day),
                    PostgresEventStore.startOf(day.plusDays(1)),
                    types,
                    types,
                    agent,
                    agent,
                    query.eventsMax() - events.size(),
                    room);
            for (Row row : rows) {
                int size = row.event().data().size();
                if (!events.isEmpty() && bytes + size > query.effort().bytes()) {
                    return false;
                }
                bytes += size;
                events.add(row.event());
            }
            boolean cut = !rows.isEmpty() && rows.getFirst().matching() > rows.size();
            if (cut || events.size() >= query.eventsMax()) {
                return false;
            }
        }
        return true;
    }
}
