package dev.agentkernel.storage.postgres;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the database, and how long to wait for it.
 *
 * @param jdbcUrl {@code jdbc:postgresql://host:port/database}
 * @param poolSizeMax most connections for reading; committing and upkeep have one more each
 * @param replica names this process among those that share the database, the same after each start; of two processes with one
 *     name the later stops the earlier
 * @param timeouts of every connection
 * @param retentionDays days that events are kept; 0 for ever
 * @param readReplica a server that answers observers, if there is one
 */
public record PostgresSettings(
        String jdbcUrl,
        String user,
        String password,
        int poolSizeMax,
        String replica,
        Timeouts timeouts,
        int retentionDays,
        @Nullable Replica readReplica) {

    /**
     * A server that follows the primary by streaming replication, with the same users.
     *
     * @param jdbcUrl where it is: one server, as two may be at different places
     * @param lagMax how far it may be behind; beyond, the primary answers
     */
    public record Replica(String jdbcUrl, Duration lagMax) {

        public Replica {
            requirePostgres(jdbcUrl);
        }

        /** Without the URL, which may hold a password. */
        @Override
        public String toString() {
            return "Replica[lagMax=" + lagMax + "]";
        }
    }

    /**
     * The time-outs of every connection. Each is longer than the one before it, so that a replica which is paused in mid-commit
     * loses its locks before the others give up waiting for them.
     *
     * @param idleInTransaction after which the server ends a session that does nothing in an open transaction
     * @param lock most time to wait for a lock
     * @param statement most time of one statement
     * @param socket most time without an answer
     * @param connect most time to connect, and to wait for a connection of the pool
     * @param settle most time to find out what became of a commit whose answer was lost; after it the process must stop
     */
    public record Timeouts(
            Duration idleInTransaction,
            Duration lock,
            Duration statement,
            Duration socket,
            Duration connect,
            Duration settle) {

        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofMinutes(2));

        public Timeouts {
            boolean rising = idleInTransaction.isPositive()
                    && idleInTransaction.compareTo(lock) < 0
                    && lock.compareTo(statement) < 0
                    && statement.compareTo(socket) < 0;
            if (!rising) {
                throw new IllegalArgumentException("the time-outs idle in transaction (" + idleInTransaction
                        + "), lock (" + lock + "), statement (" + statement + ") and socket (" + socket
                        + ") must be positive and rise in this order");
            }
            if (!connect.isPositive() || !settle.isPositive()) {
                throw new IllegalArgumentException(
                        "the time-outs connect (" + connect + ") and settle (" + settle + ") must be positive");
            }
        }

        /** These with another limit for one statement, and the others moved as far as their order demands. */
        public Timeouts withStatement(Duration limit) {
            Duration lockLimit = shorter(lock, limit.dividedBy(2));
            Duration idleLimit = shorter(idleInTransaction, lockLimit.dividedBy(2));
            Duration socketLimit = socket.compareTo(limit.multipliedBy(3)) > 0 ? socket : limit.multipliedBy(3);
            return new Timeouts(idleLimit, lockLimit, limit, socketLimit, connect, settle);
        }

        private static Duration shorter(Duration a, Duration b) {
            return a.compareTo(b) < 0 ? a : b;
        }
    }

    public static final int POOL_SIZE_DEFAULT = 10;

    /** With the defaults: ten connections, the usual time-outs, events kept for ever. */
    public PostgresSettings(String jdbcUrl, String user, String password, String replica) {
        this(jdbcUrl, user, password, POOL_SIZE_DEFAULT, replica, Timeouts.DEFAULT, 0, null);
    }

    public PostgresSettings {
        requirePostgres(jdbcUrl);
        if (poolSizeMax < 1) {
            throw new IllegalArgumentException("the pool must have at least 1 connection, not " + poolSizeMax);
        }
        if (replica.isBlank()) {
            throw new IllegalArgumentException("the replica needs a name");
        }
        if (retentionDays < 0) {
            throw new IllegalArgumentException(
                    "events cannot be kept for " + retentionDays + " days; 0 keeps them all");
        }
    }

    private static void requirePostgres(String jdbcUrl) {
        if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("the database's URL must begin with 'jdbc:postgresql:'");
        }
    }

    /** These under another name. */
    PostgresSettings withReplica(String other) {
        return new PostgresSettings(jdbcUrl, user, password, poolSizeMax, other, timeouts, retentionDays, readReplica);
    }

    /** These at another server. */
    PostgresSettings at(String otherUrl) {
        return new PostgresSettings(otherUrl, user, password, poolSizeMax, replica, timeouts, retentionDays, null);
    }

    /** Where the database is: the URL without its parameters and what stands before an @, which may hold a password. */
    public String place() {
        return jdbcUrl.replaceFirst("[?].*$", "").replaceFirst("//.*@", "//");
    }

    /** Without password and URL, which may hold one. */
    @Override
    public String toString() {
        return "PostgresSettings[replica=" + replica + ", user=" + user + ", poolSizeMax=" + poolSizeMax + ", timeouts="
                + timeouts + "]";
    }
}
