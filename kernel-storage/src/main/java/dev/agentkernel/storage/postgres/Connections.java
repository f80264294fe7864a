package dev.agentkernel.storage.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.util.DriverDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections to the database: a bounded pool for reading, and single ones for whoever writes. What limits a connection is in
 * its start-up packet and so holds from its first statement, whatever is rolled back or reset on it.
 */
final class Connections implements AutoCloseable {

    private static final int SERVER_VERSION_MIN = 15;

    /**
     * Every statement finds its rows by index. Left to itself the planner looks at tables that have just been made, finds them
     * empty, and keeps plans that read them from end to end long after they have grown.
     */
    private static final String PLANS = " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
            + " -c plan_cache_mode=force_generic_plan -c jit=off";

    private static final String READ_ONLY = " -c default_transaction_read_only=on";

    private final PostgresSettings settings;
    private final PGSimpleDataSource writers;
    private final HikariDataSource readers;

    private Connections(PostgresSettings settings, PGSimpleDataSource writers, HikariDataSource readers) {
        this.settings = settings;
        this.writers = writers;
        this.readers = readers;
    }

    /** Prepares to connect; nothing is opened before it is needed. */
    static Connections to(PostgresSettings settings) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(dataSource(settings, timeouts(settings.timeouts()) + PLANS + READ_ONLY));
        pool.setPoolName("kernel-readers");
        pool.setMaximumPoolSize(settings.poolSizeMax());
        pool.setConnectionTimeout(settings.timeouts().connect().toMillis());
        pool.setInitializationFailTimeout(-1);
        return new Connections(
                settings, dataSource(settings, timeouts(settings.timeouts()) + PLANS), new HikariDataSource(pool));
    }

    private static String timeouts(PostgresSettings.Timeouts timeouts) {
        return "-c statement_timeout=" + timeouts.statement().toMillis() + " -c lock_timeout="
                + timeouts.lock().toMillis() + " -c idle_in_transaction_session_timeout="
                + timeouts.idleInTransaction().toMillis();
    }

    private static PGSimpleDataSource dataSource(PostgresSettings settings, String options) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(settings.jdbcUrl());
        dataSource.setUser(settings.user());
        dataSource.setPassword(settings.password());
        dataSource.setOptions(options);
        dataSource.setApplicationName(applicationName(settings));
        dataSource.setConnectTimeout(seconds(settings.timeouts().connect()));
        dataSource.setSocketTimeout(seconds(settings.timeouts().socket()));
        dataSource.setTcpKeepAlive(true);
        dataSource.setPrepareThreshold(1);
        return dataSource;
    }

    private static String applicationName(PostgresSettings settings) {
        return "agent-kernel " + settings.replica();
    }

    private static int seconds(Duration time) {
        return Math.toIntExact(Math.max(1, time.toSeconds()));
    }

    /** Connections for reading, each of which commits by itself. */
    DataSource readers() {
        return readers;
    }

    PoolUse poolUse() {
        HikariPoolMXBean pool = readers.getHikariPoolMXBean();
        // Nothing is opened before it is needed, the pool itself included.
        return pool == null
                ? new PoolUse(0, 0, 0, settings.poolSizeMax())
                : new PoolUse(
                        pool.getActiveConnections(),
                        pool.getIdleConnections(),
                        pool.getThreadsAwaitingConnection(),
                        settings.poolSizeMax());
    }

    /** Lets go of every connection for reading that is not in use; new ones take their place. */
    void renewReaders() {
        readers.getHikariPoolMXBean().softEvictConnections();
    }

    /**
     * Connections for the migration: with a server's own plans, and the time that its work on large tables takes. They know
     * themselves by the address that was configured and not, as the others do, by one with every property of the driver: Flyway
     * looks for passwords in it, which takes time with its length squared.
     */
    DataSource migrator() {
        Properties properties = new Properties();
        PGProperty.APPLICATION_NAME.set(properties, applicationName(settings));
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds(settings.timeouts().connect()));
        PGProperty.SOCKET_TIMEOUT.set(properties, 0);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        return new DriverDataSource(settings.jdbcUrl(), null, properties, settings.user(), settings.password());
    }

    /** A connection for writing; the caller closes it. */
    Connection openWriter() throws SQLException {
        return writers.getConnection();
    }

    PostgresSettings settings() {
        return settings;
    }

    /** Refuses a server that is too old to work with. */
    void requireSupportedServer() throws SQLException {
        try (Connection connection = openWriter()) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < SERVER_VERSION_MIN) {
                throw new IllegalStateException("The database is PostgreSQL " + version + "; the kernel needs "
                        + SERVER_VERSION_MIN + " or later. Upgrade the server.");
            }
        }
    }

    @Override
    public void close() {
        readers.close();
    }
}
