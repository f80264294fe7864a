package dev.agentkernel.storage.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a day's partition of the event log before the day comes, and drops it whole when its retention is over. */
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
            "SELECT DISTINCT (received_at AT TIME ZONE 'UTC')::date FROM events_default WHERE received_at >= ?::date";

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
        LocalDate today = days(connection, TODAY).getFirst();
        Set<LocalDate> present = present(connection);
        for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
            LocalDate day = today.plusDays(ahead);
            if (!present.contains(day)) {
                make(day, connection);
            }
        }
        if (retentionDays > 0) {
            LocalDate firstKept = today.minusDays(retentionDays);
            for (LocalDate day : present) {
                if (day.isBefore(firstKept)) {
                    drop(day, connection);
                }
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
        if (isInDefault(day, connection)) {
            log.warn("Events of {} are in the default partition already and stay there", day);
            return;
        }
        String name = PREFIX + NAME.format(day);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(WAIT_SHORTLY);
            statement.execute("CREATE TABLE " + name + " (LIKE events INCLUDING ALL)");
            statement.execute("ALTER TABLE events ATTACH PARTITION " + name + bounds(day));
            connection.commit();
        } catch (SQLException failed) {
            connection.rollback();
            throw failed;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** Makes a day's partition within a transaction in which nobody else uses the log. */
    static String partitionOf(LocalDate day) {
        return "CREATE TABLE IF NOT EXISTS " + PREFIX + NAME.format(day) + " PARTITION OF events" + bounds(day);
    }

    private static String bounds(LocalDate day) {
        return " FOR VALUES FROM ('" + day + " 00:00:00+00') TO ('" + day.plusDays(1) + " 00:00:00+00')";
    }

    private static boolean isInDefault(LocalDate day, Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DEFAULT_DAYS)) {
            statement.setObject(1, day);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (day.equals(row.getObject(1, LocalDate.class))) {
                        return true;
                    }
                }
                return false;
            }
        }
    }

    private static void drop(LocalDate day, Connection connection) throws SQLException {
        String name = PREFIX + NAME.format(day);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(WAIT_SHORTLY);
            statement.execute("DELETE FROM event_days WHERE day <= '" + day + "'");
            statement.execute("DROP TABLE " + name);
            connection.commit();
            log.info("Dropped the events of {}: they are older than the retention", day);
        } catch (SQLException failed) {
            connection.rollback();
            throw failed;
        } finally {
            connection.setAutoCommit(true);
        }
    }
}
