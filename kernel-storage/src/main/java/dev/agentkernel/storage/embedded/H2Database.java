package dev.agentkernel.storage.embedded;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.h2.jdbcx.JdbcDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The H2 database of a data directory: a bounded pool of sessions for reading, and a session for the committer. After a fault
 * that closes the database for good (a full disk does), {@link #abandon} ends every session; readers wait at the gate until the
 * committer has opened the database anew, brought it up to the log and called {@link #admitReaders}.
 */
final class H2Database implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(H2Database.class);

    /** Reads the disk as it is; tests put another file system in between. */
    static final String DISK = "file:";

    private static final int MAPPER_CONNECTIONS_MAX = 8;

    private static final Duration MAPPER_WAIT = Duration.ofSeconds(10);

    /** How long readers of a closed database may need to notice that it is. */
    private static final Duration DRAIN_WAIT = Duration.ofSeconds(10);

    /** Page cache in KiB: the tables' working set, and a fixed share of the heap. */
    private static final int CACHE_KIBIBYTES = 32_768;

    private final Path file;
    private final TableSnapshot snapshot;
    private final JdbcDataSource opening;
    private final JdbcDataSource dataSource;
    private final HikariDataSource mapperPool;
    private final ReadGate gate = new ReadGate();
    private final ConcurrentLinkedDeque<H2Session> idle = new ConcurrentLinkedDeque<>();
    private boolean isAbandoned;

    private H2Database(Path name, JdbcDataSource opening, JdbcDataSource dataSource, H2Session first) {
        this.file = fileOf(name);
        this.snapshot = new TableSnapshot(name);
        this.opening = opening;
        this.dataSource = dataSource;
        this.idle.add(first);
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(dataSource);
        pool.setMaximumPoolSize(MAPPER_CONNECTIONS_MAX);
        pool.setMinimumIdle(0);
        pool.setConnectionTimeout(MAPPER_WAIT.toMillis());
        pool.setPoolName("registry");
        this.mapperPool = new HikariDataSource(pool);
    }

    /**
     * Opens the database in the file of this name (without its ending), made and migrated as needed.
     *
     * @param fileSystem the prefix of H2's file system, {@link #DISK} but in tests
     * @throws StorageException if the file cannot be used; the message says what to do
     */
    static H2Database open(String fileSystem, Path file) {
        Path absolute = file.toAbsolutePath();
        if (absolute.toString().indexOf(';') >= 0) {
            throw new IllegalArgumentException("The embedded database cannot be in " + absolute
                    + ": choose a kernel.data-dir without a semicolon in its path.");
        }
        String url = "jdbc:h2:" + fileSystem + absolute + ";CACHE_SIZE=" + CACHE_KIBIBYTES
                // The committer's session stays open as long as the kernel; the JVM's own hook would race with it.
                + ";DB_CLOSE_ON_EXIT=FALSE"
                // Every failure reaches a caller; a file beside the database would only take the space that is missing.
                + ";TRACE_LEVEL_FILE=0";
        Path stored = fileOf(absolute);
        try {
            createForOwnerAlone(stored);
            return open(absolute, dataSource(url + Checkpoints.NO_BACKGROUND_WRITER), dataSource(url));
        } catch (IOException | SQLException | FlywayException unusable) {
            throw new StorageException(
                    Remedy.NONE,
                    "the embedded database " + stored + " cannot be opened: " + unusable.getMessage(),
                    unusable);
        }
    }

    private static JdbcDataSource dataSource(String url) {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL(url);
        dataSource.setUser("kernel");
        dataSource.setPassword("");
        return dataSource;
    }

    /** The file that H2 makes of a database's name. */
    static Path fileOf(Path name) {
        return name.resolveSibling(name.getFileName() + ".mv.db");
    }

    /** One session stays open from the start: with its last session H2 would close the database, and open it anew. */
    private static H2Database open(Path name, JdbcDataSource opening, JdbcDataSource dataSource) throws SQLException {
        H2Session first = new H2Session(opening.getConnection());
        try {
            migrate(dataSource);
            return new H2Database(name, opening, dataSource, first);
        } catch (RuntimeException failed) {
            closeQuietly(first);
            throw failed;
        }
    }

    private static void migrate(DataSource dataSource) {
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/embedded")
                .loggers("slf4j")
                .load()
                .migrate();
    }

    private static void createForOwnerAlone(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException fromAnEarlierStart) {
            log.debug("{} exists", file);
        }
    }

    /** Connections for the registry's mapper; what reads through them must do so in {@link #guarded}. */
    DataSource mapperDataSource() {
        return mapperPool;
    }

    /** A session of its own, with manual commit; only after the last reader of an abandoned database is gone. */
    H2Session openCommitter() throws SQLException {
        if (!gate.awaitEmpty(DRAIN_WAIT)) {
            // H2 finds databases by name: a late use of the old one would take the new one's name away.
            throw new SQLException("readers of the closed database did not end within " + DRAIN_WAIT);
        }
        // H2 applies what the URL says with every connection: only the one that opens the database may speak of its
        // writer.
        Connection connection = (isAbandoned ? opening : dataSource).getConnection();
        try {
            if (isAbandoned) {
                // What H2 had not written to its file when it closed may be the very tables.
                migrate(dataSource);
                isAbandoned = false;
            }
            connection.setAutoCommit(false);
            return new H2Session(connection);
        } catch (SQLException | FlywayException failed) {
            connection.close();
            throw new SQLException("the tables cannot be opened: " + failed.getMessage(), failed);
        }
    }

    /** Takes the writing of the file over from H2; for the committer, before readers are admitted. */
    Checkpoints beginCheckpoints(H2Session committer, Duration period) throws SQLException {
        return Checkpoints.begin(dataSource, committer.connection(), period);
    }

    /** Work on a reading session. */
    interface Reading<T> {
        T read(H2Session session) throws SQLException;
    }

    /**
     * Reads what is committed.
     *
     * @throws StorageException if the database is closed at present, or every session is busy for too long
     */
    <T> T read(Reading<T> reading) {
        return gate.read(() -> readOnSession(reading));
    }

    /**
     * Lets something else read that has its connections from {@link #mapperDataSource}.
     *
     * @throws StorageException if the database is closed at present, or every session is busy for too long
     */
    <T> T guarded(Supplier<T> reading) {
        return gate.read(reading::get);
    }

    private <T> T readOnSession(Reading<T> reading) throws SQLException {
        H2Session pooled = idle.pollFirst();
        H2Session session = pooled != null ? pooled : new H2Session(dataSource.getConnection());
        try {
            T result = reading.read(session);
            idle.addFirst(session);
            return result;
        } catch (SQLException | RuntimeException | Error failed) {
            closeQuietly(session);
            throw failed;
        }
    }

    /** What readers call when they find the database closed. */
    void restoreWith(ReadGate.Restorer restorer) {
        gate.restoreWith(restorer);
    }

    /** Counts how often readers were admitted. */
    long generation() {
        return gate.generation();
    }

    /** Lets readers in: the tables are up to the log. */
    void admitReaders() {
        gate.open();
    }

    /** Ends the database at once, whatever state it is in, and every session with it; what it lost is in the log. */
    void abandon(H2Session committer) {
        isAbandoned = true;
        gate.shut();
        try (Statement statement = committer.connection().createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException closed) {
            log.debug("The embedded database was closed before it was abandoned", closed);
        }
        closeQuietly(committer);
        mapperPool.getHikariPoolMXBean().softEvictConnections();
        if (!gate.awaitEmpty(DRAIN_WAIT)) {
            log.warn("Readers of the embedded database did not end within {} after it was closed", DRAIN_WAIT);
        }
        closeIdle();
    }

    /** Removes an abandoned database, to be made anew. */
    void discard() throws IOException {
        Files.deleteIfExists(file);
        createForOwnerAlone(file);
    }

    Path file() {
        return file;
    }

    /** What the tables can be built from when neither their file nor the whole log is left. */
    TableSnapshot snapshot() {
        return snapshot;
    }

    private void closeIdle() {
        H2Session session;
        while ((session = idle.pollFirst()) != null) {
            closeQuietly(session);
        }
    }

    static void closeQuietly(H2Session session) {
        try {
            session.close();
        } catch (SQLException alreadyBroken) {
            log.debug("Closing a session of the embedded database failed", alreadyBroken);
        }
    }

    /** Closes the readers, after those under way; the database itself closes with its last session. */
    @Override
    public void close() {
        gate.shut();
        if (!gate.awaitEmpty(DRAIN_WAIT)) {
            log.warn("Readers of the embedded database did not end within {}", DRAIN_WAIT);
        }
        closeIdle();
        mapperPool.close();
    }
}
