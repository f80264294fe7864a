package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.commit.Stamp;
import dev.agentkernel.core.storage.FatalStorageException;
import dev.agentkernel.storage.records.Micros;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The row that stands for a replica among the committers. Every commit holds it until its end, so that after a lost answer
 * reading it with a lock waits for the transaction that may still be under way; what that one left among the commits tells what
 * became of it. Whoever takes the name over raises its epoch, and from then on nobody commits under an older one.
 */
final class CommitterName {

    private static final String TAKE = """
            INSERT INTO committers (replica, epoch) VALUES (?, 1)
            ON CONFLICT (replica) DO UPDATE SET epoch = committers.epoch + 1 RETURNING epoch""";
    private static final String EPOCH = "SELECT epoch FROM committers WHERE replica = ? FOR UPDATE";
    private static final String FIND = "SELECT first_seq, last_time FROM commits WHERE replica = ? AND batch = ?";

    private final String replica;
    private final long epoch;
    private long lastBatch;

    private CommitterName(String replica, long epoch) {
        this.replica = replica;
        this.epoch = epoch;
        // Anywhere: no process, before a restore or after, must take another's commit for its own.
        this.lastBatch = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE / 2);
    }

    /** Takes the name, and fences whoever had it before. */
    static CommitterName take(String replica, Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
            statement.setString(1, replica);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new CommitterName(replica, row.getLong(1));
            }
        }
    }

    long epoch() {
        return epoch;
    }

    /** A number for the next batch, which no batch of this name had before. */
    long nextBatch() {
        return ++lastBatch;
    }

    /**
     * Lets pass whoever still has the name.
     *
     * @throws FatalStorageException if another process has taken it over
     */
    void requireCurrent(long currentEpoch) {
        if (currentEpoch != epoch) {
            throw new FatalStorageException(
                    "Another process has taken over the replica name '" + replica + "' (epoch " + currentEpoch
                            + ", this process has " + epoch + "). Give each replica a name of its own.",
                    new IllegalStateException("fenced"));
        }
    }

    /**
     * Where a batch stands in history, or nothing if it was not committed, for certain and for ever. Waits for the transaction
     * that may still be committing it.
     */
    Optional<Stamp> find(long batch, Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (PreparedStatement statement = connection.prepareStatement(EPOCH)) {
            statement.setString(1, replica);
            try (ResultSet row = statement.executeQuery()) {
                requireCurrent(row.next() ? row.getLong(1) : -1);
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, replica);
            statement.setLong(2, batch);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Stamp(row.getLong(1), Micros.toInstant(row.getLong(2))))
                        : Optional.empty();
            }
        }
    }
}
