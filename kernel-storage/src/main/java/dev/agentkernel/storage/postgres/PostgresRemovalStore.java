package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.removal.FoundContent;
import dev.agentkernel.core.removal.LoggedContent;
import dev.agentkernel.core.removal.PlacedRemoval;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.storage.RemovalStore;
import dev.agentkernel.storage.records.Redactions;
import dev.agentkernel.storage.records.StoredRemoval;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.UUID;

/** The transparency log, and contents in the partitions of the event log. */
final class PostgresRemovalStore implements RemovalStore {

    private static final String AFTER = StoredRemoval.SELECT + "WHERE r.number > ? ORDER BY r.number LIMIT ?";
    private static final String OF = StoredRemoval.SELECT + """
            JOIN unnest(?::bytea[], ?::bigint[]) AS asked (target, kind)
                ON r.target = asked.target AND r.kind = asked.kind ORDER BY r.number""";
    private static final String UNERASED = StoredRemoval.SELECT + "WHERE NOT r.erased ORDER BY r.number LIMIT ?";
    private static final String COUNT = "SELECT COALESCE(max(number), 0) FROM removals";
    // Goes through all messages, as the search in the log goes through all events: ids of what waits have no index.
    private static final String QUEUED = "SELECT seq, recipient, content FROM messages WHERE message_id = ?";
    private static final String LOGGED_IN = """
            SELECT seq FROM events WHERE seq > ? AND seq <= ? AND type = ?
                AND substring(data FROM 1 FOR ?) = ? ORDER BY seq""";
    private static final String CONTENT = "SELECT type, data FROM events WHERE seq = ?";
    private static final String TO_BLANK = "SELECT type, data FROM events WHERE seq = ? FOR UPDATE";
    private static final String BLANK = "UPDATE events SET data = ? WHERE seq = ?";

    private final PooledReads reads;
    private final Connections connections;

    PostgresRemovalStore(PooledReads reads, Connections connections) {
        this.reads = reads;
        this.connections = connections;
    }

    @Override
    public List<Removal> removals(long afterNumber, int removalsMax) {
        return reads.list(AFTER, row -> StoredRemoval.read(row).removal(), afterNumber, removalsMax);
    }

    @Override
    public long removalCount() {
        return reads.one(COUNT, row -> row.getLong(1));
    }

    @Override
    public List<PlacedRemoval> of(Collection<RemovalTarget> targets) {
        return reads.list(
                OF,
                StoredRemoval::read,
                Columns.bytes(targets, target -> Columns.utf8(target.name())),
                Columns.longs(targets, target -> target.kind().ordinal()));
    }

    @Override
    public List<PlacedRemoval> unerased(int removalsMax) {
        return reads.list(UNERASED, StoredRemoval::read, removalsMax);
    }

    @Override
    public Optional<FoundContent> queuedMessage(UUID messageId) {
        return reads.first(
                QUEUED,
                row -> new FoundContent(
                        ByteString.wrap(row.getBytes(3)), row.getLong(1), row.getString(2), null, false),
                messageId);
    }

    @Override
    public List<Long> loggedIn(RemovalTarget target, long afterSeq, long upToSeq) {
        byte[] beginning = Redactions.beginningOf(target);
        byte[] whole = new byte[beginning.length + 1];
        System.arraycopy(beginning, 0, whole, 0, beginning.length);
        whole[beginning.length] = ',';
        return reads.list(
                LOGGED_IN,
                row -> row.getLong(1),
                afterSeq,
                upToSeq,
                Redactions.typeOf(target.kind()).wireName(),
                whole.length,
                whole);
    }

    @Override
    public Optional<LoggedContent> content(long seq) {
        return reads.first(
                CONTENT,
                row -> new LoggedContent(seq, Redactions.contentOf(type(row), ByteString.wrap(row.getBytes(2)))),
                seq);
    }

    private static EventType type(ResultSet row) throws SQLException {
        return EventType.ofWireName(row.getString(1)).orElseThrow();
    }

    /** Here the log has room for what readers see instead: nothing need be overlaid afterwards. */
    @Override
    public void blank(NavigableSet<Long> seqs, Removal removal) {
        try (Connection connection = connections.openWriter()) {
            connection.setAutoCommit(false);
            for (long seq : seqs) {
                blank(connection, seq, removal.reason());
                connection.commit();
            }
        } catch (SQLException failed) {
            throw SqlFailures.translate("content could not be blanked in the event log", failed);
        }
    }

    private static void blank(Connection connection, long seq, String reason) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(TO_BLANK);
                PreparedStatement blank = connection.prepareStatement(BLANK)) {
            find.setLong(1, seq);
            try (ResultSet row = find.executeQuery()) {
                if (!row.next()) {
                    return;
                }
                ByteString data = Redactions.redacted(type(row), ByteString.wrap(row.getBytes(2)), reason);
                blank.setBytes(1, data.unsafeArray());
            }
            blank.setLong(2, seq);
            blank.executeUpdate();
        }
    }
}
