package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.QueuedCopy;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.storage.records.Micros;
import dev.agentkernel.storage.records.UnicodeText;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Applies removals of content and of messages; a part of {@link TableWriter}. */
final class RemovalWriter {

    private static final String INSERT = """
            INSERT INTO removals (number, seq, kind, target, reason, performed_by, content_hash, removed_at, previous_hash,
                entry_hash, content_seq, erased) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, FALSE)""";
    private static final String ERASED = "UPDATE removals SET erased = TRUE WHERE number = ?";
    private static final String REDACT_STATE = """
            UPDATE state SET state_value = ?, value_bytes = ?, version = ?, redacted_reason = ? WHERE state_key = ?""";
    private static final String DELETE_PUSH = "DELETE FROM pushes WHERE recipient = ? AND seq = ?";
    private static final List<String> DROP_MESSAGE = List.of(
            "DELETE FROM leases WHERE seq = ?",
            "DELETE FROM dead_letters WHERE seq = ?",
            "DELETE FROM messages WHERE seq = ?",
            "DELETE FROM message_expiries WHERE seq = ?",
            "DELETE FROM message_contents WHERE seq = ?");

    private final H2Session session;
    private final KnownAgents agents;

    RemovalWriter(H2Session session, KnownAgents agents) {
        this.session = session;
        this.agents = agents;
    }

    void remove(LogRecord.ContentRemoved r, long seq, CounterChanges counters) throws SQLException {
        Removal removal = r.removal();
        byte[] target = removal.target().name().getBytes(StandardCharsets.UTF_8);
        String reason = UnicodeText.wellFormed(removal.reason());
        update(
                INSERT,
                removal.number(),
                seq,
                removal.target().kind().ordinal(),
                target,
                reason,
                UnicodeText.wellFormed(removal.performedBy()),
                removal.contentHash().unsafeArray(),
                Micros.of(removal.removedAt()),
                removal.previousHash().unsafeArray(),
                removal.entryHash().unsafeArray(),
                r.contentSeq());
        if (r.previousValueBytes() >= 0) {
            byte[] placeholder = Removal.PLACEHOLDER.getBytes(StandardCharsets.UTF_8);
            update(REDACT_STATE, placeholder, placeholder.length, seq, reason, target);
            counters.state(placeholder.length - r.previousValueBytes(), 0);
        }
        if (r.copy() != null) {
            drop(r.copy(), counters);
        }
    }

    /** Removes a message from its queue, wherever it is in it. */
    void drop(QueuedCopy copy, CounterChanges counters) throws SQLException {
        for (String drop : DROP_MESSAGE) {
            update(drop, copy.seq());
        }
        long recipient = agents.numberOf(session, copy.recipient());
        update(DELETE_PUSH, recipient, copy.seq());
        int pull = copy.waiting() && copy.route() == Route.PULL ? -1 : 0;
        counters.queue(recipient, -1, -copy.contentBytes(), pull);
    }

    void erased(LogRecord.ContentErased r) throws SQLException {
        update(ERASED, r.number());
    }

    private void update(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = session.prepare(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        statement.executeUpdate();
    }
}
