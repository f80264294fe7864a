package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.removal.TransparencyAudit;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.embedded.log.AppendListener;
import dev.agentkernel.storage.embedded.log.LogSettings;
import dev.agentkernel.storage.embedded.log.NioLogFiles;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import dev.agentkernel.storage.records.ActivityTally;
import dev.agentkernel.storage.records.RecordReader;
import dev.agentkernel.storage.transfer.TransferException;
import dev.agentkernel.storage.transfer.TransferException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that a data directory holds, for whoever copies it elsewhere. The directory is locked and recovered as by a start of
 * the kernel, a count of activity that was cut off is completed, and nothing in it is changed beyond that.
 */
public final class EmbeddedContents implements AutoCloseable {

    private static final String TABLES = """
            SELECT LOWER(table_name) FROM information_schema.tables
            WHERE table_schema = 'PUBLIC' AND table_name <> 'flyway_schema_history' ORDER BY 1""";
    private static final String COLUMNS = """
            SELECT LOWER(column_name) FROM information_schema.columns
            WHERE table_schema = 'PUBLIC' AND LOWER(table_name) = ? ORDER BY ordinal_position""";

    private final OpenParts parts;
    private final Path directory;
    private final H2Database database;
    private final SegmentLog segments;
    private final H2Session session;
    private final LogProgress progress;

    /** Takes rows. */
    public interface RowVisitor {

        /** The row that the result stands at; not to be moved. */
        void row(ResultSet row) throws SQLException, IOException;
    }

    /** Takes events. */
    public interface EventVisitor {

        /** The next event by {@code seq}. */
        void event(Event event) throws SQLException, IOException;
    }

    private EmbeddedContents(
            OpenParts parts, Path directory, H2Database database, SegmentLog segments, H2Session session)
            throws SQLException {
        this.parts = parts;
        this.directory = directory;
        this.database = database;
        this.segments = segments;
        this.session = session;
        this.progress = LogProgress.read(session);
    }

    /**
     * Locks and recovers a directory that a kernel has worked on.
     *
     * @throws TransferException if there is no store in it
     * @throws DirectoryInUseException if a kernel works on it
     */
    public static EmbeddedContents open(Path directory) throws IOException, SQLException {
        requireStore(directory);
        OpenParts opened = new OpenParts();
        try {
            opened.add(DirectoryLock.take(directory));
            Path events = directory.resolve(EmbeddedStorage.EVENTS);
            LogSettings settings = LogSettings.ofSegmentBytes(LogSettings.DEFAULT_SEGMENT_BYTES);
            NioLogFiles files = new NioLogFiles();
            H2Database database = opened.add(DatabaseOpening.open(
                    H2Database.DISK, directory.resolve(EmbeddedStorage.DATABASE), events, settings, files));
            LogProgress known = database.read(LogProgress::read);
            SegmentLog segments =
                    opened.add(SegmentLog.open(events, settings, files, known.position(), AppendListener.NONE));
            LiveTables tables = opened.add(new LiveTables(database, segments, Checkpoints.PERIOD));
            tables.hold();
            try {
                H2Session session = tables.session();
                ActivityTally none = new ActivityTally(segments.lastSeq());
                new EmbeddedActivityStore(database, tables, new EmbeddedEventStore(segments), none).finishStep();
                return new EmbeddedContents(opened, directory, database, segments, streaming(session));
            } finally {
                tables.release();
            }
        } catch (IOException | SQLException | RuntimeException failed) {
            opened.closeAll(failed);
            throw failed;
        }
    }

    static void requireStore(Path directory) {
        if (!Files.isDirectory(directory.resolve(EmbeddedStorage.EVENTS))) {
            throw new TransferException(
                    Reason.MISSING, directory.toAbsolutePath().normalize() + " holds no embedded store of a kernel");
        }
    }

    /** Otherwise H2 gathers a whole result before it gives the first row. */
    private static H2Session streaming(H2Session session) throws SQLException {
        try (Statement statement = session.connection().createStatement()) {
            statement.execute("SET LAZY_QUERY_EXECUTION 1");
        }
        return session;
    }

    /** The {@code seq} of the last event; 0 if there is none. */
    public long lastSeq() {
        return progress.lastSeq();
    }

    /** When the last record was committed. */
    public Instant lastTime() {
        return progress.lastTime();
    }

    /** The first event that the log still has: 1, or more if retention has dropped segments. */
    public long firstSeq() {
        return segments.oldestSegmentFirstSeq().orElse(1);
    }

    /** The names of all tables, in lower case and sorted. */
    public List<String> tables() throws SQLException {
        List<String> names = new ArrayList<>();
        rows(TABLES, row -> names.add(row.getString(1)));
        return names;
    }

    /** The names of a table's columns, in lower case and in their order. */
    public List<String> columns(String table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = session.connection().prepareStatement(COLUMNS)) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
        }
        return names;
    }

    /** How many rows a table has. */
    public long count(String table) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Gives every row of a query to the visitor, one at a time. */
    public void rows(String sql, RowVisitor visitor) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                visitor.row(row);
            }
        } catch (IOException failed) {
            throw new SQLException("a row was not taken", failed);
        }
    }

    /** Gives every event of the log to the visitor, in the order of {@code seq}. */
    public void events(EventVisitor visitor) throws IOException, SQLException {
        List<SQLException> failures = new ArrayList<>();
        segments.scan(0, line -> {
            Event event = RecordReader.toEvent(RecordReader.read(line.buffer(), line.offset(), line.length()));
            try {
                visitor.event(event);
                return true;
            } catch (SQLException failed) {
                failures.add(failed);
                return false;
            }
        });
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    /** Holds the transparency log against itself and against the event log. */
    TransparencyAudit.Finding auditTransparency() {
        return new TransparencyAudit(new EmbeddedRemovalStore(database, segments), new EmbeddedEventStore(segments))
                .run();
    }

    /** Every secret by its name. */
    public Map<String, ByteString> secrets() throws IOException {
        SecretFiles files = new SecretFiles(directory);
        Map<String, ByteString> secrets = new TreeMap<>();
        for (String name : files.names()) {
            secrets.put(name, files.loadOrCreate(name, () -> {
                throw new StorageException(
                        StorageException.Remedy.NONE,
                        "the secret file " + files.placeOf(name) + " is gone",
                        new IOException("removed meanwhile"));
            }));
        }
        return secrets;
    }

    /** Closes the tables in good order and gives the directory free. */
    @Override
    public void close() throws IOException {
        IOException failures = new IOException("closing the data directory " + directory + " failed");
        parts.closeAll(failures);
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }
}
