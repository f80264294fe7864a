package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.storage.FatalStorageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The committer's own connection: kept open between batches, replaced when it breaks. Used by one thread at a time. */
final class CommitConnection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(CommitConnection.class);

    private static final Duration SETTLE_PAUSE = Duration.ofMillis(200);

    private final ConnectionSource source;
    private final Duration settleTimeout;
    private final Duration settleTimeoutAtEnd;
    private @Nullable Connection open;
    private volatile boolean ending;
    private volatile boolean closed;

    /** Opens connections for writing. */
    @FunctionalInterface
    interface ConnectionSource {
        Connection open() throws SQLException;
    }

    /** Finds something out on a connection. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    /**
     * Opens nothing yet.
     *
     * @param settleTimeout how long the database is asked what became of a commit
     * @param settleTimeoutAtEnd how much longer once the process is about to end
     */
    CommitConnection(ConnectionSource source, Duration settleTimeout, Duration settleTimeoutAtEnd) {
        this.source = source;
        this.settleTimeout = settleTimeout;
        this.settleTimeoutAtEnd = settleTimeoutAtEnd;
    }

    /** The open connection, whose next statement begins a transaction or belongs to the one that is open. */
    Connection inTransaction() throws SQLException {
        Connection connection = open;
        if (connection == null) {
            connection = source.open();
            open = connection;
        }
        if (connection.getAutoCommit()) {
            connection.setAutoCommit(false);
        }
        return connection;
    }

    /** Whether a connection is kept from before, which may have broken since. */
    boolean isKept() {
        return open != null;
    }

    /** Rolls the open transaction back, or leaves that to the server when the connection is broken. */
    void giveUpTransaction() {
        Connection connection = open;
        if (connection == null) {
            return;
        }
        try {
            connection.rollback();
        } catch (SQLException broken) {
            log.debug("The committer's connection is replaced", broken);
            discard();
        }
    }

    private void discard() {
        Connection connection = open;
        open = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException alreadyBroken) {
                log.debug("Closing the committer's connection failed", alreadyBroken);
            }
        }
    }

    /**
     * Asks until it gets an answer, on new connections as long as they break.
     *
     * @param failed what left the question open
     * @throws FatalStorageException if there is no answer in time
     */
    <T> T settle(Exception failed, Question<T> question) {
        log.warn("The answer to a commit was lost; asking the database what became of it", failed);
        giveUpTransaction();
        long startNanos = System.nanoTime();
        long patienceNanos = settleTimeout.toNanos();
        boolean hurried = false;
        while (true) {
            long takenNanos = System.nanoTime() - startNanos;
            if (ending && !hurried) {
                hurried = true;
                patienceNanos = Math.min(patienceNanos, takenNanos + settleTimeoutAtEnd.toNanos());
            }
            try {
                Connection connection = open;
                if (connection == null) {
                    connection = source.open();
                    open = connection;
                }
                return question.ask(connection);
            } catch (SQLException noAnswer) {
                discard();
                if (closed || takenNanos > patienceNanos) {
                    throw new FatalStorageException(
                            "The answer to a commit was lost, and the database did not tell within "
                                    + Duration.ofNanos(patienceNanos) + " whether it was kept.",
                            noAnswer);
                }
                LockSupport.parkNanos(SETTLE_PAUSE.toNanos());
            }
        }
    }

    /** The process is about to end; see {@link #settle}. */
    void hurry() {
        ending = true;
    }

    @Override
    public void close() {
        closed = true;
        discard();
    }
}
