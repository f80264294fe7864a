package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.messages.ExpiredMessage;
import dev.agentkernel.core.messages.HeldLease;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.QueueTotals;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.storage.MessageStore;
import dev.agentkernel.storage.records.Micros;
import dev.agentkernel.storage.records.StoredContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Reads queues. */
final class PostgresMessageStore implements MessageStore {

    private static final String DEPTH = """
            SELECT depth, content_bytes, pull_waiting FROM queues
            WHERE address = ? ORDER BY generation DESC LIMIT 1""";
    private static final String HAS_WAITING = "SELECT 1 FROM (" + DEPTH + ") AS queue WHERE pull_waiting > 0";
    private static final String TOTALS = """
            SELECT (SELECT coalesce(sum(depth), 0)::bigint FROM queues), queue_bytes,
                (SELECT count(*) FROM messages WHERE route = 1 AND lease_id IS NULL)
            FROM totals WHERE id = 1""";
    private static final String READ = """
            SELECT m.seq, m.message_id, m.sender, m.recipient, m.content, m.sent_at, m.correlation_id, m.reply_to,
                m.expires_at
            FROM unnest(?::bigint[]) WITH ORDINALITY AS asked (seq, place)
            JOIN messages m ON m.seq = asked.seq WHERE m.recipient = ? ORDER BY asked.place""";
    private static final String HELD_BY = """
            SELECT recipient, lease_id, seq FROM messages WHERE lease_id IS NOT NULL AND leased_by = ? AND seq > ?
            ORDER BY seq LIMIT ?""";

    private static final String EXPIRED_MESSAGES = """
            SELECT recipient, seq FROM messages
            WHERE expires_at IS NOT NULL AND lease_id IS NULL
                AND expires_at <= (SELECT NOW_MICROS FROM counter WHERE id = 1)
            ORDER BY expires_at LIMIT ?""".replace("NOW_MICROS", RowLoader.NOW_MICROS);
    private static final String DEAD = """
            SELECT seq, message_id, content_bytes, attempts FROM messages
            WHERE recipient = ? AND route = 2 AND lease_id IS NULL AND seq > ? ORDER BY seq LIMIT ?""";
    private static final String DEAD_COUNT =
            "SELECT count(*) FROM messages WHERE recipient = ? AND route = 2 AND lease_id IS NULL";

    private final PooledReads reads;
    private final DecisionClock clock;
    private final EndedLeases ended;

    PostgresMessageStore(PooledReads reads, DecisionClock clock) {
        this.reads = reads;
        this.clock = clock;
        this.ended = new EndedLeases(reads, clock);
    }

    @Override
    public boolean hasWaiting(String recipient) {
        return reads.first(HAS_WAITING, row -> true, recipient).isPresent();
    }

    @Override
    public QueueDepth depth(String recipient) {
        return reads.first(DEPTH, row -> new QueueDepth(row.getLong(1), row.getLong(2), row.getLong(3)), recipient)
                .orElse(QueueDepth.EMPTY);
    }

    @Override
    public QueueTotals queueTotals() {
        return reads.one(TOTALS, row -> new QueueTotals(row.getLong(1), row.getLong(2), row.getLong(3)));
    }

    @Override
    public List<QueuedMessage> read(String recipient, List<Long> seqs) {
        if (seqs.isEmpty()) {
            return List.of();
        }
        return reads.list(READ, PostgresMessageStore::message, Columns.longs(seqs, Long::longValue), recipient);
    }

    private static QueuedMessage message(ResultSet row) throws SQLException {
        return new QueuedMessage(
                row.getLong(1),
                row.getObject(2, UUID.class),
                row.getString(3),
                row.getString(4),
                ByteString.wrap(row.getBytes(5)),
                Micros.toInstant(row.getLong(6)),
                StoredContext.of(
                        row.getBytes(7), row.getObject(8, UUID.class), row.getLong(6), row.getObject(9, Long.class)));
    }

    @Override
    public List<HeldLease> expiredLeases(int leasesMax) {
        return ended.first(leasesMax);
    }

    @Override
    public List<HeldLease> leasesHeldBy(String leasedBy, long afterSeq, int leasesMax) {
        return reads.list(HELD_BY, PostgresMessageStore::lease, leasedBy, afterSeq, leasesMax);
    }

    @Override
    public List<ExpiredMessage> expiredMessages(int messagesMax) {
        return reads.list(
                EXPIRED_MESSAGES,
                row -> new ExpiredMessage(row.getString(1), row.getLong(2)),
                clock.overridingMicros(),
                messagesMax);
    }

    @Override
    public List<LeasedMessage> deadLetters(String recipient, long afterSeq, int lettersMax) {
        return reads.list(
                DEAD,
                row -> new LeasedMessage(row.getLong(1), row.getObject(2, UUID.class), row.getInt(3), row.getInt(4)),
                recipient,
                afterSeq,
                lettersMax);
    }

    @Override
    public long deadLetterCount(String recipient) {
        return reads.first(DEAD_COUNT, row -> row.getLong(1), recipient).orElse(0L);
    }

    private static HeldLease lease(ResultSet row) throws SQLException {
        return new HeldLease(row.getString(1), row.getObject(2, UUID.class), row.getLong(3));
    }
}
