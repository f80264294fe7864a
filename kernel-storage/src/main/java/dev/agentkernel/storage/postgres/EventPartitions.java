package dev.agentkernel.storage.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a day's partition of the event log before the day comes, and drops it whole when its retention is over. Days stay that hold
 * what the projector has not counted, or come after the oldest message that is not delivered. What came to the default partition,
 * because no other was there in time, gets one of its own when its day is over.
 */
final class EventPartitions {

    private static final Logger log = LoggerFactory.getLogger(EventPartitions.class);

    /** So many days may pass without upkeep before events go to the default partition. */
    private static final int DAYS_AHEAD = 7;

    private static final String PREFIX = "events_";
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("uuuuMMdd");

    /** Whoever comes after a waiter for so strong a lock waits as well: commits, too. */
    private static final String WAIT_SHORTLY = "SET LOCAL lock_timeout = '300ms'";

    private static final String TODAY = "SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date";
    private static final String PARTITIONS = """
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'events'::regclass AND c.relname ~ '^events_[0-9]{8}$'""";
    private static final String DEFAULT_DAYS =
            "SELECT DISTINCT (received_at AT TIME ZONE 'UTC')::date FROM events_default ORDER BY 1";
    private static final String MOVE = """
            WITH moved AS (DELETE FROM events_default
                WHERE received_at >= '$day 00:00:00+00' AND received_at < '$next 00:00:00+00' RETURNING *)
            INSERT INTO $table SELECT * FROM moved""";

    /** Moving a day takes as long as its events are many; nobody waits for it. */
    private static final String WORK_LONG = "SET LOCAL statement_timeout = '10min'";

    /** The day of the first event that something still needs; no row if nothing is needed. */
    private static final String FIRST_NEEDED = """
            SELECT COALESCE(max(d.day), DATE '0001-01-01')
            FROM (SELECT LEAST((SELECT min(seq) FROM messages), (SELECT p.last_seq + 1
                FROM activity_position p, counter c WHERE p.last_seq < c.last_seq)) AS seq) AS needed
            LEFT JOIN event_days d ON d.first_seq <= needed.seq WHERE needed.seq IS NOT NULL HAVING count(*) > 0""";

    private final int retentionDays;

    /**
     * Makes the keeper.
     *
     * @param retentionDays 0 keeps events for ever
     */
    EventPartitions(int retentionDays) {
        this.retentionDays = retentionDays;
    }

    /** One round: what is missing is made, what is too old is dropped. */
    void runOnce(Connection connection) throws SQLException {
        runOnce(days(connection, TODAY).getFirst(), connection);
    }

    void runOnce(LocalDate today, Connection connection) throws SQLException {
        List<LocalDate> inDefault = days(connection, DEFAULT_DAYS);
        Set<LocalDate> present = present(connection);
        for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
            LocalDate day = today.plusDays(ahead);
            if (inDefault.contains(day)) {
                log.warn("Events of {} are in the default partition and stay there until the day is over", day);
            } else if (!present.contains(day)) {
                make(day, connection);
            }
        }
        for (LocalDate day : inDefault) {
            if (day.isBefore(today)) {
                makeOfDefault(day, connection);
            }
        }
        if (retentionDays > 0) {
            dropBefore(firstKept(today, connection), connection);
        }
    }

    private LocalDate firstKept(LocalDate today, Connection connection) throws SQLException {
        LocalDate firstKept = today.minusDays(retentionDays);
        for (LocalDate needed : days(connection, FIRST_NEEDED)) {
            firstKept = needed.isBefore(firstKept) ? needed : firstKept;
        }
        return firstKept;
    }

    private static void dropBefore(LocalDate firstKept, Connection connection) throws SQLException {
        for (LocalDate day : new TreeSet<>(present(connection))) {
            if (day.isBefore(firstKept)) {
                drop(day, connection);
            }
        }
    }

    private static Set<LocalDate> present(Connection connection) throws SQLException {
        Set<LocalDate> days = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(PARTITIONS)) {
            while (row.next()) {
                days.add(LocalDate.parse(row.getString(1).substring(PREFIX.length()), NAME));
            }
        }
        return days;
    }

    private static List<LocalDate> days(Connection connection, String sql) throws SQLException {
        List<LocalDate> days = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                days.add(row.getObject(1, LocalDate.class));
            }
        }
        return days;
    }

    /** Makes the table first and attaches it then: writers and readers of the log are held up for a moment only. */
    private static void make(LocalDate day, Connection connection) throws SQLException {
        String name = nameOf(day);
        inTransaction(
                connection,
                WAIT_SHORTLY,
                "CREATE TABLE " + name + " (LIKE events INCLUDING ALL)",
                "ALTER TABLE events ATTACH PARTITION " + name + bounds(day));
    }

    /** The same with the day's events, which no reader misses meanwhile; nobody writes to a day that is over. */
    private static void makeOfDefault(LocalDate day, Connection connection) throws SQLException {
        String name = nameOf(day);
        inTransaction(
                connection,
                WAIT_SHORTLY,
                WORK_LONG,
                "CREATE TABLE " + name + " (LIKE events INCLUDING ALL)",
                MOVE.replace("$day", day.toString())
                        .replace("$next", day.plusDays(1).toString())
                        .replace("$table", name),
                "ALTER TABLE events ATTACH PARTITION " + name + bounds(day));
        log.info("Moved the events of {} from the default partition to one of their own", day);
    }

    private static void inTransaction(Connection connection, String... statements) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException failed) {
            connection.rollback();
            throw failed;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static String nameOf(LocalDate day) {
        return PREFIX + NAME.format(day);
    }

    /** Makes a day's partition within a transaction in which nobody else uses the log. */
    static String partitionOf(LocalDate day) {
        return "CREATE TABLE IF NOT EXISTS " + nameOf(day) + " PARTITION OF events" + bounds(day);
    }

    private static String bounds(LocalDate day) {
        return " FOR VALUES FROM ('" + day + " 00:00:00+00') TO ('" + day.plusDays(1) + " 00:00:00+00')";
    }

    private static void drop(LocalDate day, Connection connection) throws SQLException {
        inTransaction(
                connection,
                WAIT_SHORTLY,
                "DELETE FROM event_days WHERE day <= '" + day + "'",
                "DROP TABLE " + nameOf(day));
        log.info("Dropped the events of {}: they are older than the retention", day);
    }
}
