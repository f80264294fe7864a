package dev.agentkernel.storage.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Removes, in small bites, rows that nobody can ask for any more: their expiry alone decides, or a later commit. Each bite is a transaction of its
 * own, outside of the commits: inside one, it could wait for a commit that waits for it.
 */
final class ExpiredRows {

    private static final int BITE = 1_000;

    private static final String NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private static final List<String> PURGES = List.of("""
            DELETE FROM idempotency_keys WHERE (sender, idempotency_key) IN (
                SELECT sender, idempotency_key FROM idempotency_keys
                WHERE expires_at <= COALESCE(?::bigint, NOW) ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED)""", """
            DELETE FROM used_challenges WHERE challenge IN (
                SELECT challenge FROM used_challenges
                WHERE expires_at <= COALESCE(?::bigint, NOW) ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED)""", """
            DELETE FROM rate_budgets WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM rate_budgets
                WHERE full_at / 1000 <= COALESCE(?::bigint, NOW) LIMIT ? FOR UPDATE SKIP LOCKED))""");

    /** The last commit of each replica stays: it may still be asked for. */
    private static final String PAST_COMMITS = """
            DELETE FROM commits WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM commits
                WHERE number NOT IN (SELECT max(number) FROM commits GROUP BY replica) LIMIT ?))""";

    private static final int COMMITS_BITE = 100_000;

    private final DecisionClock clock;

    ExpiredRows(DecisionClock clock) {
        this.clock = clock;
    }

    /** One bite of each table; returns how many rows went. */
    int runOnce(Connection connection) throws SQLException {
        int removed = 0;
        for (String purge : PURGES) {
            try (PreparedStatement statement = connection.prepareStatement(purge.replace("NOW", NOW))) {
                statement.setObject(1, clock.overridingMicros());
                statement.setInt(2, BITE);
                removed += statement.executeUpdate();
            }
        }
        return removed;
    }

    /** One bite of the commits that others have followed; returns how many rows went. */
    static int forgetCommits(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PAST_COMMITS)) {
            statement.setInt(1, COMMITS_BITE);
            return statement.executeUpdate();
        }
    }
}
