package dev.agentkernel.storage.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tables of the schema, and which of them a copy of the store leaves out. */
public final class PostgresTables {

    /** What is not part of a store's contents, with the reason; everything else is copied but unlogged tables, which are not either. */
    public static final Map<String, String> NOT_COPIED = Map.of(
            "flyway_schema_history", "made by the migration of the schema",
            "committers", "speaks of processes that run on this database");

    static final String COMMITS = "commits";

    /** Tables that have a row from the start. */
    static final List<String> SEEDED = List.of(COMMITS, "activity_position");

    static final String EVENTS = "events";
    static final String EVENT_DAYS = "event_days";

    private static final String TABLES = """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
            ORDER BY 1""";
    private static final String COLUMNS = """
            SELECT a.attname FROM pg_attribute a
            WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            ORDER BY a.attnum""";

    private PostgresTables() {}

    /** What a copy holds of a table: of commits the last, which is all that counts to a store of its own. */
    static String copyOf(String table) {
        return table.equals(COMMITS) ? "(SELECT * FROM commits ORDER BY number DESC LIMIT 1) AS last_commit" : table;
    }

    /** Every table that belongs to a store's contents, by name; partitions are part of their table. */
    static List<String> copied(Connection connection) throws SQLException {
        return all(connection).stream()
                .filter(table -> !NOT_COPIED.containsKey(table))
                .toList();
    }

    /** Every table of the schema, by name. */
    public static List<String> all(Connection connection) throws SQLException {
        return texts(connection.prepareStatement(TABLES));
    }

    /** The columns of a table, in their order. */
    public static List<String> columns(Connection connection, String table) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(COLUMNS);
        statement.setString(1, table);
        return texts(statement);
    }

    private static List<String> texts(PreparedStatement statement) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (statement;
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                texts.add(row.getString(1));
            }
        }
        return texts;
    }
}
