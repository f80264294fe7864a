package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The tables of a database as a test sees them: all they hold, and what must always be true of it. */
final class Tables {

    /** Each finds rows that break a rule; the rule is the name. */
    private static final Map<String, String> BROKEN_RULES = new TreeMap<>(Map.ofEntries(
            Map.entry("every agent has a queue", """
                    SELECT a.address FROM agents a LEFT JOIN queues q ON q.agent = a.registered_seq
                    WHERE q.agent IS NULL"""),
            Map.entry("a queue's counters are those of its messages", """
                    SELECT q.* FROM queues q WHERE (depth, content_bytes, pull_waiting) <> (
                        SELECT COUNT(*), COALESCE(SUM(m.content_bytes), 0),
                            COUNT(CASE WHEN m.route = 0 AND NOT m.leased THEN 1 END)
                        FROM messages m WHERE m.recipient = q.agent)"""),
            Map.entry("a message's recipient has a queue", """
                    SELECT m.seq FROM messages m LEFT JOIN queues q ON q.agent = m.recipient
                    WHERE q.agent IS NULL"""),
            Map.entry("a message has its content, of its size", """
                    SELECT m.seq FROM messages m LEFT JOIN message_contents c ON c.seq = m.seq
                    WHERE c.seq IS NULL OR OCTET_LENGTH(c.content) <> m.content_bytes"""),
            Map.entry("a content has its message", """
                    SELECT c.seq FROM message_contents c LEFT JOIN messages m ON m.seq = c.seq WHERE m.seq IS NULL"""),
            Map.entry("a leased message has its lease", """
                    SELECT m.seq FROM messages m JOIN agents a ON a.registered_seq = m.recipient
                        LEFT JOIN leases l ON l.seq = m.seq
                    WHERE m.leased AND (l.seq IS NULL OR l.recipient <> a.address OR m.attempts < 1)"""),
            Map.entry("what waits to be pushed can be found", """
                    SELECT m.seq FROM messages m LEFT JOIN pushes p ON p.seq = m.seq AND p.recipient = m.recipient
                    WHERE m.route = 1 AND NOT m.leased AND p.seq IS NULL"""),
            Map.entry("what expires can be found", """
                    SELECT m.seq FROM messages m LEFT JOIN message_expiries e ON e.seq = m.seq
                    WHERE m.expires_at IS NOT NULL AND (e.seq IS NULL OR e.expires_at <> m.expires_at)"""),
            Map.entry("what can be found expires", """
                    SELECT e.seq FROM message_expiries e LEFT JOIN messages m
                        ON m.seq = e.seq AND m.expires_at = e.expires_at WHERE m.seq IS NULL"""),
            Map.entry("a dead letter can be found by its id", """
                    SELECT m.seq FROM messages m LEFT JOIN dead_letters d ON d.seq = m.seq AND d.message_id = m.message_id
                    WHERE m.route = 2 AND d.seq IS NULL"""),
            Map.entry("what can be found as dead is", """
                    SELECT d.seq FROM dead_letters d LEFT JOIN messages m ON m.seq = d.seq AND m.route = 2
                    WHERE m.seq IS NULL"""),
            Map.entry("a lease has the id of its message", """
                    SELECT l.seq FROM leases l JOIN messages m ON m.seq = l.seq WHERE l.message_id <> m.message_id"""),
            Map.entry("a dead letter is in nobody's hands", "SELECT seq FROM messages WHERE route = 2 AND leased"),
            Map.entry("what can be found waits to be pushed", """
                    SELECT p.seq FROM pushes p LEFT JOIN messages m
                        ON m.seq = p.seq AND m.recipient = p.recipient AND m.route = 1 AND NOT m.leased
                    WHERE m.seq IS NULL"""),
            Map.entry("a lease is of a leased message", """
                    SELECT l.seq FROM leases l LEFT JOIN messages m ON m.seq = l.seq AND m.leased
                    WHERE m.seq IS NULL"""),
            Map.entry("the totals of the state store are those of its entries", """
                    SELECT t.* FROM totals t WHERE (state_bytes, state_keys) <> (
                        SELECT COALESCE(SUM(OCTET_LENGTH(state_key) + value_bytes), 0), COUNT(*) FROM state)"""),
            Map.entry("a value has the size that its entry says", """
                    SELECT state_key FROM state WHERE OCTET_LENGTH(state_value) <> value_bytes"""),
            Map.entry("the total of the queues is theirs", """
                    SELECT t.* FROM totals t
                    WHERE queue_bytes <> (SELECT COALESCE(SUM(content_bytes), 0) FROM queues)"""),
            Map.entry("the total of the agents is their number", """
                    SELECT t.* FROM totals t WHERE agent_count <> (SELECT COUNT(*) FROM agents)"""),
            Map.entry("an agent counts its blocks", """
                    SELECT a.address FROM agents a
                    WHERE block_count <> (SELECT COUNT(*) FROM blocks b WHERE b.agent = a.address)"""),
            Map.entry("a block, a profile and a tag have their agent", """
                    SELECT number FROM (SELECT registered_seq AS number FROM agent_profiles
                        UNION SELECT registered_seq FROM agent_tags) WHERE number NOT IN (
                        SELECT registered_seq FROM agents)
                    UNION SELECT 0 FROM blocks WHERE agent NOT IN (SELECT address FROM agents)"""),
            Map.entry("an operator counts its agents", """
                    SELECT o.operator_id FROM operators o
                    WHERE agent_count <> (SELECT COUNT(*) FROM agents a WHERE a.operator_id = o.operator_id)"""),
            Map.entry("an operator has one credential, of its version", """
                    SELECT o.operator_id FROM operators o
                    WHERE credential_version <> (SELECT SUM(version) FROM credentials c
                            WHERE c.operator_id = o.operator_id)
                        OR 1 <> (SELECT COUNT(*) FROM credentials c WHERE c.operator_id = o.operator_id)"""),
            Map.entry("an agent has one credential, of its version", """
                    SELECT a.address FROM agents a
                    WHERE credential_version <> (SELECT SUM(version) FROM credentials c
                            WHERE c.agent_address = a.address)
                        OR 1 <> (SELECT COUNT(*) FROM credentials c WHERE c.agent_address = a.address)""")));

    /** Rows whose expiry alone decides when they go: after it, they may be there or not. */
    private static final Map<String, String> STILL_ASKED_FOR = Map.of(
            "IDEMPOTENCY_KEYS", " WHERE expires_at > (SELECT last_time FROM log_position)",
            "USED_CHALLENGES", " WHERE expires_at > (SELECT last_time FROM log_position)");

    /** Counted from the log by the projector, at its own pace: right by their own contract, whatever the others hold. */
    private static final Set<String> PROJECTED = Set.of("ACTIVITY_POSITION", "AGENT_ACTIVITY", "AGENT_LINKS");

    private Tables() {}

    /** Every row of every table that the commit writes, in order. */
    static List<String> dump(Connection connection) throws SQLException {
        List<String> rows = new ArrayList<>();
        for (String table : names(connection)) {
            String sql = "SELECT * FROM " + table + STILL_ASKED_FOR.getOrDefault(table, "") + " ORDER BY 1, 2";
            try (ResultSet row = connection.createStatement().executeQuery(sql)) {
                while (row.next()) {
                    rows.add(table + " " + describe(row));
                }
            }
        }
        return rows;
    }

    private static List<String> names(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet row = connection.createStatement().executeQuery("""
                SELECT table_name FROM information_schema.tables
                WHERE table_schema = 'PUBLIC' AND table_name <> 'flyway_schema_history' ORDER BY table_name""")) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        assertThat(names)
                .hasSizeGreaterThanOrEqualTo(11)
                .contains("MESSAGES", "LOG_POSITION")
                .containsAll(PROJECTED);
        names.removeAll(PROJECTED);
        return names;
    }

    private static String describe(ResultSet row) throws SQLException {
        StringBuilder text = new StringBuilder();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            Object value = row.getObject(column);
            text.append(row.getMetaData().getColumnName(column)).append('=');
            text.append(value instanceof byte[] bytes ? digest(bytes) : value).append(' ');
        }
        return text.toString();
    }

    private static String digest(byte[] bytes) {
        return bytes.length <= 64
                ? HexFormat.of().formatHex(bytes)
                : bytes.length + " bytes of hash " + Arrays.hashCode(bytes);
    }

    /** Holds every rule against the tables. */
    static void requireSound(Connection connection) throws SQLException {
        for (Map.Entry<String, String> rule : BROKEN_RULES.entrySet()) {
            try (ResultSet row = connection.createStatement().executeQuery(rule.getValue())) {
                assertThat(row.next() ? describe(row) : "sound")
                        .as(rule.getKey())
                        .isEqualTo("sound");
            }
        }
    }
}
