package dev.agentkernel.storage.migration;

import java.util.List;
import java.util.Map;

/** Where the rows of each table of the PostgreSQL schema come from in the tables of an embedded store. */
final class SourceTable {

    /** Tables that the embedded store builds otherwise: their columns by name, as a query gives them. */
    private static final Map<String, String> QUERIES = Map.of(
            "commits", """
                    SELECT 0 AS number, 0 AS last_seq, 0 AS last_time, 0 AS credential_epoch, state_bytes, state_keys,
                        queue_bytes, agent_count, '' AS replica, 0 AS batch, 1 AS first_seq FROM totals""",
            "queues", """
                    SELECT a.address, q.depth, q.content_bytes, q.pull_waiting, 0 AS pull_from, 0 AS push_from,
                        0 AS generation, 0 AS changes
                    FROM queues q JOIN agents a ON a.registered_seq = q.agent""",
            "messages", """
                    SELECT m.seq, m.message_id, a.address AS recipient, c.sender, m.route, c.content, m.content_bytes,
                        c.sent_at, l.lease_id, l.leased_until, l.leased_by, m.attempts, m.expires_at,
                        c.correlation_id, c.reply_to
                    FROM messages m JOIN message_contents c ON c.seq = m.seq
                        JOIN agents a ON a.registered_seq = m.recipient LEFT JOIN leases l ON l.seq = m.seq""");

    /** Tables that come from elsewhere than the tables: the log, its position and the secret files. */
    static final List<String> NOT_FROM_TABLES = List.of("events", "event_days", "secrets");

    private SourceTable() {}

    /** The table of the embedded store that has as many rows. */
    static String of(String table) {
        return table.equals("commits") ? "totals" : table;
    }

    /** The query whose columns are the table's; a table that both stores have alike needs no query of its own. */
    static String query(String table, List<String> columns) {
        return QUERIES.getOrDefault(table, "SELECT " + String.join(", ", columns) + " FROM " + table);
    }
}
