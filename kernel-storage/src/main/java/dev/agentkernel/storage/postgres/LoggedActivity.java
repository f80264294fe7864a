package dev.agentkernel.storage.postgres;

import dev.agentkernel.storage.records.ActivityChanges;
import java.sql.Connection;
import java.sql.SQLException;

/** Sums up the activity that the log tells of, of which it reads no more than the sums need. */
final class LoggedActivity {

    /** At some 200 bytes each in memory: 1 MB. */
    private static final int PAGE_EVENTS = 5_000;

    /**
     * Who a message is for stands among the first 256 bytes of its event's data, behind names and ids of fixed length. No later day
     * needs to be ruled out, since the log ends there.
     */
    private static final String EVENTS = """
            SELECT seq, received_at, type, agent,
                CASE WHEN type = 'message_sent' THEN substring(data FROM 1 FOR 256) ELSE ''::bytea END
            FROM events
            WHERE seq > ? AND seq <= ? AND agent IS NOT NULL AND received_at >= COALESCE(
                (SELECT max(day) FROM event_days WHERE first_seq <= ?), DATE '0001-01-01')::timestamp AT TIME ZONE 'UTC'""";

    private LoggedActivity() {}

    /**
     * Adds up the events of a range, which the log has.
     *
     * @param after the last event before the range
     * @param upTo the last event of the range
     */
    static ActivityChanges between(Connection open, long after, long upTo) throws SQLException {
        ActivityChanges changes = new ActivityChanges();
        for (long reached = after; reached < upTo; reached += PAGE_EVENTS) {
            Script script = new Script();
            script.query(
                    EVENTS,
                    row -> changes.add(PostgresEventStore.event(row)),
                    reached,
                    Math.min(upTo, reached + PAGE_EVENTS),
                    reached + 1);
            script.execute(open);
        }
        return changes;
    }
}
