package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.storage.transfer.TransferException;
import dev.agentkernel.storage.transfer.TransferException.Reason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Fills an empty database, in one transaction: whatever interrupts it, the database is as empty as before, and it can be done
 * again. Nobody commits to the database meanwhile.
 */
public final class PostgresImport implements AutoCloseable {

    /** What is sent at once. */
    private static final int CHUNK_BYTES = 1 << 18;

    private static final String OTHERS = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'agent-kernel %'
                AND application_name <> current_setting('application_name')""";
    private static final String LAST_SEQ = "SELECT last_seq FROM counter WHERE id = 1";
    private static final String RESTORED_DAY = "INSERT INTO event_days (day, first_seq) VALUES (?, ?)";
    private static final String COUNTER = "UPDATE commits SET last_seq = ?, last_time = ?";

    private final Connections connections;
    private final Connection connection;
    private final String place;

    private PostgresImport(Connections connections, Connection connection) {
        this.connections = connections;
        this.connection = connection;
        this.place = "the database at " + connections.settings().place();
    }

    /**
     * Connects, makes the tables, and sees that they are empty and stay so.
     *
     * @throws TransferException if they hold anything, or a kernel works on them
     * @throws StorageException if the database cannot be used
     */
    public static PostgresImport begin(PostgresSettings settings) {
        Connections connections = Connections.to(
                settings.withReplica("import " + ProcessHandle.current().pid()));
        try {
            connections.requireSupportedServer();
            PostgresSchema.migrate(connections);
            Connection connection = connections.migrator().getConnection();
            PostgresImport beginning = new PostgresImport(connections, connection);
            try {
                connection.setAutoCommit(false);
                beginning.requireEmpty();
                return beginning;
            } catch (SQLException | RuntimeException failed) {
                connection.close();
                throw failed;
            }
        } catch (SQLException away) {
            connections.close();
            throw SqlFailures.translate("the database cannot be opened", away);
        } catch (FlywayException unready) {
            connections.close();
            throw new StorageException(Remedy.NONE, "the tables cannot be brought up to this version", unready);
        } catch (RuntimeException failed) {
            connections.close();
            throw failed;
        }
    }

    private void requireEmpty() throws SQLException {
        if (number(OTHERS) > 0) {
            throw new TransferException(
                    Reason.TARGET,
                    "a kernel is connected to " + place + "; stop it, and let nobody start one meanwhile");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE commits IN EXCLUSIVE MODE");
        }
        for (String table : PostgresTables.copied(connection)) {
            boolean used = PostgresTables.SEEDED.contains(table)
                    ? number(LAST_SEQ) > 0
                    : number("SELECT count(*) FROM (SELECT 1 FROM " + table + " LIMIT 1) AS any_row") > 0;
            if (used) {
                throw new TransferException(
                        Reason.TARGET,
                        place + " is not empty: its table " + table
                                + " holds rows. Choose a fresh database, or drop the"
                                + " schema's tables if nobody needs them");
            }
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** The version of the schema, as a query gives it. */
    String schema(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    /** The columns that a table wants, in their order. */
    public List<String> columns(String table) throws SQLException {
        return PostgresTables.columns(connection, table);
    }

    /** Every table that a copy has to fill. */
    public List<String> tables() throws SQLException {
        return PostgresTables.copied(connection);
    }

    /** How many rows a table has by now. */
    public long count(String table) throws SQLException {
        return number("SELECT count(*) FROM " + table);
    }

    /** Takes the rows of a table that has none yet, or those that come with the schema, which give way. */
    public Rows rows(String table, List<String> columns) throws SQLException {
        if (PostgresTables.SEEDED.contains(table)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("DELETE FROM " + table);
            }
        }
        return copy(table, columns);
    }

    private Rows copy(String table, List<String> columns) throws SQLException {
        return new Rows(connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + table + " (" + String.join(", ", columns) + ") FROM STDIN"));
    }

    /** Takes events in the order of {@code seq}. */
    public Events events() {
        return new Events();
    }

    /** Makes the partition of a day, which begins with this event, unless it is there. */
    void makeDay(LocalDate day, long firstSeq) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RESTORED_DAY)) {
            statement.setObject(1, day);
            statement.setLong(2, firstSeq);
            statement.executeUpdate();
        }
        makePartition(day);
    }

    void makePartition(LocalDate day) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(EventPartitions.partitionOf(day));
        }
    }

    /** Goes on behind the last event. */
    public void setCounter(long lastSeq, long lastTimeMicros) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNTER)) {
            statement.setLong(1, lastSeq);
            statement.setLong(2, lastTimeMicros);
            statement.executeUpdate();
        }
    }

    /** The last event that the database will go on behind. */
    public long lastSeq() throws SQLException {
        return number(LAST_SEQ);
    }

    /** Keeps everything. */
    public void commit() throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE");
        }
    }

    /** Takes everything back unless it was committed. */
    @Override
    public void close() throws SQLException {
        try (connection) {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        } finally {
            connections.close();
        }
    }

    /** The rows of one table on their way; ended before anything else happens on the import. */
    public static final class Rows {

        private final CopyIn copy;
        private final CopyLines lines = new CopyLines();

        private Rows(CopyIn copy) {
            this.copy = copy;
        }

        /** Adds a row of values in the order of the columns. */
        public void add(@Nullable Object... values) throws SQLException {
            lines.add(values);
            if (lines.size() >= CHUNK_BYTES) {
                send();
            }
        }

        /** Adds rows as a backup holds them. */
        void addLines(byte[] bytes, int length) throws SQLException {
            copy.writeToCopy(bytes, 0, length);
        }

        private void send() throws SQLException {
            byte[] bytes = lines.take();
            copy.writeToCopy(bytes, 0, bytes.length);
        }

        /** Ends the table, and returns how many rows the database took. */
        public long end() throws SQLException {
            send();
            return copy.endCopy();
        }
    }

    /** The events on their way, into a partition for each day. */
    public final class Events {

        private static final List<String> COLUMNS = List.of("seq", "received_at", "type", "agent", "data");

        private @Nullable LocalDate day;
        private @Nullable Rows rows;
        private long taken;

        private Events() {}

        /** Adds the next event. */
        public void add(Event event) throws SQLException {
            Rows today = rowsOf(event);
            today.add(
                    event.seq(),
                    event.time(),
                    event.type().wireName(),
                    event.agent(),
                    event.data().unsafeArray());
        }

        private Rows rowsOf(Event event) throws SQLException {
            LocalDate itsDay = event.time().atOffset(ZoneOffset.UTC).toLocalDate();
            Rows open = rows;
            if (open == null || !itsDay.equals(day)) {
                end();
                makeDay(itsDay, event.seq());
                open = copy(PostgresTables.EVENTS, COLUMNS);
                rows = open;
                day = itsDay;
            }
            return open;
        }

        /** Ends the events, and returns how many the database took. */
        public long end() throws SQLException {
            if (rows != null) {
                taken += rows.end();
                rows = null;
            }
            return taken;
        }
    }
}
