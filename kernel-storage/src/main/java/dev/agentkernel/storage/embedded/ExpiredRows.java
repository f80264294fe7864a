package dev.agentkernel.storage.embedded;

import dev.agentkernel.storage.records.Micros;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** Removes, in small bites, rows that nobody can ask for any more: their expiry alone decides, so no record is needed. */
final class ExpiredRows {

    /** More than a batch can add, so that purging with every batch keeps up with any load. */
    private static final int BITE_ROWS = 1_000;

    private static final List<String> PURGES = List.of(
            "DELETE FROM idempotency_keys WHERE expires_at <= ? FETCH FIRST " + BITE_ROWS + " ROWS ONLY",
            "DELETE FROM used_challenges WHERE expires_at <= ? FETCH FIRST " + BITE_ROWS + " ROWS ONLY");

    private ExpiredRows() {}

    /** Takes one bite of each table; true when more is left. */
    static boolean purge(H2Session session, Instant now) throws SQLException {
        boolean moreIsLeft = false;
        for (String purge : PURGES) {
            PreparedStatement statement = session.prepare(purge);
            statement.setLong(1, Micros.of(now));
            moreIsLeft |= statement.executeUpdate() == BITE_ROWS;
        }
        return moreIsLeft;
    }
}
