package dev.agentkernel.bench.soak;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;

/**
 * What the database server says of itself.
 *
 * @param connections to the database beside the one that asks
 * @param eventBytes of the partitions with events
 * @param tableBytes of all other tables, their indexes included
 */
record DatabaseFigures(long connections, long eventBytes, long tableBytes) {

    private static final String URL = "KERNEL_DATABASE_URL";

    private static final String FIGURES = """
            SELECT (SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()),
                COALESCE(sum(pg_total_relation_size(oid)) FILTER (WHERE relname LIKE 'events%'), 0),
                COALESCE(sum(pg_total_relation_size(oid)) FILTER (WHERE relname NOT LIKE 'events%'), 0)
            FROM pg_class
            WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace""";

    /** Whether the kernel's environment names a database. */
    static boolean isKnown(Map<String, String> environment) {
        return environment.containsKey(URL);
    }

    /** Asks the database that the kernel's environment names; empty when it does not answer. */
    static Optional<DatabaseFigures> read(Map<String, String> environment) {
        try (Connection connection = DriverManager.getConnection(
                        environment.getOrDefault(URL, ""),
                        environment.getOrDefault("KERNEL_DATABASE_USERNAME", "agentkernel"),
                        environment.getOrDefault("KERNEL_DATABASE_PASSWORD", ""));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FIGURES)) {
            row.next();
            return Optional.of(new DatabaseFigures(row.getLong(1), row.getLong(2), row.getLong(3)));
        } catch (SQLException away) {
            return Optional.empty();
        }
    }
}
