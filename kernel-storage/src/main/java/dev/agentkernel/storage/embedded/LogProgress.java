package dev.agentkernel.storage.embedded;

import dev.agentkernel.storage.embedded.log.Position;
import dev.agentkernel.storage.records.Micros;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/**
 * How far the log is applied to the tables.
 *
 * @param position behind the last applied batch
 * @param lastSeq of the last event
 * @param lastTime of the last record
 */
record LogProgress(Position position, long lastSeq, Instant lastTime) {

    /** Nothing is applied yet. */
    static final LogProgress NONE = new LogProgress(Position.START, 0, Instant.EPOCH);

    private static final String READ =
            "SELECT segment_first_seq, segment_offset, batch, last_seq, last_time FROM log_position WHERE id = 1";

    private static final String WRITE = "UPDATE log_position SET segment_first_seq = ?, segment_offset = ?, batch = ?,"
            + " last_seq = ?, last_time = ? WHERE id = 1";

    static LogProgress read(H2Session session) throws SQLException {
        try (ResultSet row = session.prepare(READ).executeQuery()) {
            row.next();
            return new LogProgress(
                    new Position(row.getLong(1), row.getLong(2), row.getLong(3)),
                    row.getLong(4),
                    Micros.toInstant(row.getLong(5)));
        }
    }

    void write(H2Session session) throws SQLException {
        PreparedStatement statement = session.prepare(WRITE);
        statement.setLong(1, position.segmentFirstSeq());
        statement.setLong(2, position.offset());
        statement.setLong(3, position.batch());
        statement.setLong(4, lastSeq);
        statement.setLong(5, Micros.of(lastTime));
        statement.executeUpdate();
    }
}
