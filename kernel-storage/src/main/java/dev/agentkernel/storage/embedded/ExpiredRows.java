package dev.agentkernel.storage.embedded;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Removes, in small bites, rows that nobody can ask for any more: their expiry alone decides, so no record is needed. */
final class ExpiredRows {

    private static final List<String> PURGES = List.of(
            "DELETE FROM idempotency_keys WHERE expires_at <= ? FETCH FIRST 1000 ROWS ONLY",
            "DELETE FROM used_challenges WHERE expires_at <= ? FETCH FIRST 1000 ROWS ONLY");

    private ExpiredRows() {}

    static void purge(H2Session session, Instant now) throws SQLException {
        for (String purge : PURGES) {
            PreparedStatement statement = session.prepare(purge);
            statement.setLong(1, Micros.of(now));
            statement.executeUpdate();
        }
    }
}
