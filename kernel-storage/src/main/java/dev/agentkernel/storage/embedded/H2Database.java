package dev.agentkernel.storage.embedded;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.agentkernel.core.storage.StorageException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The H2 database of a data directory: a bounded pool of sessions for reading, and a session for the committer. After a fault
 * that closes the database for good (a full disk does), {@link #abandon} drops every session, and the next one opens it anew.
 */
final class H2Database implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(H2Database.class);

    /** Readers at once; more would only take turns on the processors. */
    private static final int READERS_MAX = 32;

    private static final int MAPPER_CONNECTIONS_MAX = 8;

    private static final long READER_WAIT_SECONDS = 10;

    /** Page cache in KiB: the tables' working set, and a fixed share of the heap. */
    private static final int CACHE_KIBIBYTES = 32_768;

    private final JdbcDataSource dataSource;
    private final HikariDataSource mapperPool;
    private final Semaphore readers = new Semaphore(READERS_MAX);
    private final ConcurrentLinkedDeque<PooledSession> idle = new ConcurrentLinkedDeque<>();
    private final AtomicLong generation = new AtomicLong();

    private record PooledSession(H2Session session, long generation) {}

    private H2Database(JdbcDataSource dataSource) {
        this.dataSource = dataSource;
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(dataSource);
        pool.setMaximumPoolSize(MAPPER_CONNECTIONS_MAX);
        pool.setMinimumIdle(0);
        pool.setPoolName("registry");
        this.mapperPool = new HikariDataSource(pool);
    }

    /** Opens the database in the file of this name (without its ending), made and migrated as needed. */
    static H2Database open(Path file) {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:file:" + file.toAbsolutePath() + ";CACHE_SIZE=" + CACHE_KIBIBYTES
                // The committer's session stays open as long as the kernel; the JVM's own hook would race with it.
                + ";DB_CLOSE_ON_EXIT=FALSE");
        dataSource.setUser("kernel");
        dataSource.setPassword("");
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/embedded")
                .loggers("slf4j")
                .load()
                .migrate();
        return new H2Database(dataSource);
    }

    /** Connections for the registry's mapper, pooled apart from the readers. */
    DataSource mapperDataSource() {
        return mapperPool;
    }

    /** A session of its own, with manual commit. */
    H2Session openCommitter() throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setAutoCommit(false);
        return new H2Session(connection);
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
        acquire();
        try {
            PooledSession pooled = borrow();
            try {
                T result = reading.read(pooled.session());
                idle.addFirst(pooled);
                return result;
            } catch (SQLException | RuntimeException | Error failed) {
                closeQuietly(pooled.session());
                throw failed;
            }
        } catch (SQLException failed) {
            throw new StorageException(
                    StorageException.Remedy.RETRY, "the embedded database cannot be read at present", failed);
        } finally {
            readers.release();
        }
    }

    private void acquire() {
        try {
            if (readers.tryAcquire(READER_WAIT_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        throw new StorageException(
                StorageException.Remedy.RETRY,
                "all " + READERS_MAX + " reading sessions of the embedded database were busy",
                new IllegalStateException("no session within " + READER_WAIT_SECONDS + " s"));
    }

    private PooledSession borrow() throws SQLException {
        long current = generation.get();
        PooledSession pooled;
        while ((pooled = idle.pollFirst()) != null) {
            if (pooled.generation() == current) {
                return pooled;
            }
            closeQuietly(pooled.session());
        }
        return new PooledSession(new H2Session(dataSource.getConnection()), current);
    }

    /** Lets go of every session: the database is closed, or must be. */
    void abandon() {
        generation.incrementAndGet();
        mapperPool.getHikariPoolMXBean().softEvictConnections();
        PooledSession pooled;
        while ((pooled = idle.pollFirst()) != null) {
            closeQuietly(pooled.session());
        }
    }

    static void closeQuietly(H2Session session) {
        try {
            session.close();
        } catch (SQLException alreadyBroken) {
            log.debug("Closing a session of the embedded database failed", alreadyBroken);
        }
    }

    /** Closes the readers; the database itself closes with its last session. */
    @Override
    public void close() {
        abandon();
        mapperPool.close();
    }
}
