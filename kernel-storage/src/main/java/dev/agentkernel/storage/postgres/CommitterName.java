package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.commit.Stamp;
import dev.agentkernel.core.storage.FatalStorageException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The row that stands for a replica among the committers. Every commit updates it, so that after a lost answer the row tells
 * what became of the commit: reading it with a lock waits for the transaction that may still be under way. Whoever takes the
 * name over raises its epoch, and from then on nobody commits under an older one.
 */
final class CommitterName {

    private static final String TAKE = """
            INSERT INTO committers (replica, epoch, last_batch, first_seq, batch_time) VALUES (?, 1, 0, 0, 0)
            ON CONFLICT (replica) DO UPDATE SET epoch = committers.epoch + 1 RETURNING epoch, last_batch""";
    private static final String FIND = """
            SELECT epoch, last_batch, first_seq, batch_time FROM committers WHERE replica = ? FOR UPDATE""";

    private final String replica;
    private final long epoch;
    private long lastBatch;

    private CommitterName(String replica, long epoch, long lastBatch) {
        this.replica = replica;
        this.epoch = epoch;
        this.lastBatch = lastBatch;
    }

    /** Takes the name, and fences whoever had it before. */
    static CommitterName take(String replica, Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
            statement.setString(1, replica);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new CommitterName(replica, row.getLong(1), row.getLong(2));
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
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, replica);
            try (ResultSet row = statement.executeQuery()) {
                requireCurrent(row.next() ? row.getLong(1) : -1);
                return row.getLong(2) == batch
                        ? Optional.of(new Stamp(row.getLong(3), Micros.toInstant(row.getLong(4))))
                        : Optional.empty();
            }
        }
    }
}
