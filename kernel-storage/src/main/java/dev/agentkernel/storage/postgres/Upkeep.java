package dev.agentkernel.storage.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after the tables in the background, on one replica at a time. */
final class Upkeep implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

    /** Any number, the same on every replica and of every version. */
    private static final long LOCK = 0x6b65726e656c7570L;

    private final Connections connections;
    private final ExpiredRows expired;
    private final EventPartitions partitions;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("kernel-postgres-upkeep").daemon().unstarted(task));

    Upkeep(Connections connections, ExpiredRows expired, EventPartitions partitions) {
        this.connections = connections;
        this.expired = expired;
        this.partitions = partitions;
    }

    void start() {
        var unused = thread.scheduleWithFixedDelay(
                this::tryOnce, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One round, whose failure can wait: the default partition takes what has no other. */
    void tryOnce() {
        try {
            runOnce();
        } catch (SQLException | RuntimeException failed) {
            log.warn("Upkeep of the database failed; it is tried again in {}", PERIOD, failed);
        }
    }

    /**
     * One round, unless another replica is at it; tells whether it was done. Who stands still between two statements loses its
     * session and with it the lock, as in the middle of a transaction.
     */
    boolean runOnce() throws SQLException {
        long idleMillis = connections.settings().timeouts().idleInTransaction().toMillis();
        try (Connection connection = connections.openWriter();
                Statement statement = connection.createStatement()) {
            statement.execute("SET idle_session_timeout = " + idleMillis);
            boolean locked = tryLock(statement);
            if (locked) {
                partitions.runOnce(connection);
                expired.runOnce(connection);
                ExpiredRows.forgetCommits(connection);
            }
            return locked;
        }
    }

    private static boolean tryLock(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT pg_try_advisory_lock(" + LOCK + ")")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                log.warn("Upkeep of the database did not stop within {}", STOP_TIMEOUT);
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }
}
