package dev.agentkernel.storage.embedded;

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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/** Queues, read from H2. */
final class EmbeddedMessageStore implements MessageStore {

    private static final String DEPTH = "SELECT depth, content_bytes, pull_waiting FROM queues WHERE agent = ?";
    // The number of rows of a whole table is known without counting them.
    private static final String TOTALS = """
            SELECT (SELECT COALESCE(SUM(depth), 0) FROM queues), queue_bytes, (SELECT COUNT(*) FROM pushes)
            FROM totals WHERE id = 1""";
    private static final String MESSAGE = """
            SELECT m.message_id, c.sender, c.content, c.sent_at, c.correlation_id, c.reply_to, m.expires_at
            FROM messages m JOIN message_contents c ON c.seq = m.seq WHERE m.seq = ? AND m.recipient = ?""";
    private static final String EXPIRED = """
            SELECT recipient, lease_id, seq FROM leases
            WHERE leased_until <= GREATEST(?, (SELECT last_time FROM log_position))
            ORDER BY leased_until FETCH FIRST ? ROWS ONLY""";
    // Asked for at a start alone, page by page through all leases: an index would cost every lease, and every end of
    // one.
    private static final String HELD_BY = """
            SELECT recipient, lease_id, seq FROM leases WHERE leased_by = ? AND seq > ?
            ORDER BY seq FETCH FIRST ? ROWS ONLY""";

    private static final String EXPIRED_MESSAGES = """
            SELECT a.address, e.seq FROM message_expiries e
                JOIN messages m ON m.seq = e.seq JOIN agents a ON a.registered_seq = m.recipient
            WHERE e.expires_at <= GREATEST(?, (SELECT last_time FROM log_position)) AND m.leased = FALSE
            ORDER BY e.expires_at FETCH FIRST ? ROWS ONLY""";
    private static final String DEAD = """
            SELECT seq, message_id, content_bytes, attempts FROM messages
            WHERE recipient = ? AND route = 2 AND leased = FALSE AND seq > ?
            ORDER BY recipient, route, leased, seq FETCH FIRST ? ROWS ONLY""";
    private static final String DEAD_COUNT =
            "SELECT COUNT(*) FROM messages WHERE recipient = ? AND route = 2 AND leased = FALSE";

    private final H2Database database;
    private final KnownAgents agents;
    private final InstantSource clock;

    EmbeddedMessageStore(H2Database database, KnownAgents agents, InstantSource clock) {
        this.database = database;
        this.agents = agents;
        this.clock = clock;
    }

    @Override
    public boolean hasWaiting(String recipient) {
        return depth(recipient).pullWaiting() > 0;
    }

    @Override
    public QueueDepth depth(String recipient) {
        return database.read(session -> {
            OptionalLong number = agents.numberForReader(session, recipient);
            if (number.isEmpty()) {
                return QueueDepth.EMPTY;
            }
            PreparedStatement statement = session.prepare(DEPTH);
            statement.setLong(1, number.getAsLong());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new QueueDepth(row.getLong(1), row.getLong(2), row.getLong(3)) : QueueDepth.EMPTY;
            }
        });
    }

    @Override
    public QueueTotals queueTotals() {
        return database.read(session -> {
            try (ResultSet row = session.prepare(TOTALS).executeQuery()) {
                row.next();
                return new QueueTotals(row.getLong(1), row.getLong(2), row.getLong(3));
            }
        });
    }

    @Override
    public List<QueuedMessage> read(String recipient, List<Long> seqs) {
        return database.read(session -> {
            List<QueuedMessage> messages = new ArrayList<>(seqs.size());
            PreparedStatement statement = session.prepare(MESSAGE);
            OptionalLong number = agents.numberForReader(session, recipient);
            if (number.isEmpty()) {
                return messages;
            }
            statement.setLong(2, number.getAsLong());
            for (Long seq : seqs) {
                statement.setLong(1, seq);
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        messages.add(message(seq, recipient, row));
                    }
                }
            }
            return messages;
        });
    }

    private static QueuedMessage message(long seq, String recipient, ResultSet row) throws SQLException {
        return new QueuedMessage(
                seq,
                row.getObject(1, UUID.class),
                row.getString(2),
                recipient,
                ByteString.wrap(row.getBytes(3)),
                Micros.toInstant(row.getLong(4)),
                StoredContext.of(
                        row.getBytes(5), row.getObject(6, UUID.class), row.getLong(4), row.getObject(7, Long.class)));
    }

    @Override
    public List<HeldLease> expiredLeases(int leasesMax) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(EXPIRED);
            statement.setLong(1, Micros.of(clock.instant()));
            statement.setInt(2, leasesMax);
            return leases(statement);
        });
    }

    @Override
    public List<HeldLease> leasesHeldBy(String leasedBy, long afterSeq, int leasesMax) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(HELD_BY);
            statement.setString(1, leasedBy);
            statement.setLong(2, afterSeq);
            statement.setInt(3, leasesMax);
            return leases(statement);
        });
    }

    @Override
    public List<ExpiredMessage> expiredMessages(int messagesMax) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(EXPIRED_MESSAGES);
            statement.setLong(1, Micros.of(clock.instant()));
            statement.setInt(2, messagesMax);
            List<ExpiredMessage> messages = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    messages.add(new ExpiredMessage(row.getString(1), row.getLong(2)));
                }
            }
            return messages;
        });
    }

    @Override
    public List<LeasedMessage> deadLetters(String recipient, long afterSeq, int lettersMax) {
        return database.read(session -> {
            List<LeasedMessage> letters = new ArrayList<>();
            OptionalLong number = agents.numberForReader(session, recipient);
            if (number.isEmpty()) {
                return letters;
            }
            PreparedStatement statement = session.prepare(DEAD);
            statement.setLong(1, number.getAsLong());
            statement.setLong(2, afterSeq);
            statement.setInt(3, lettersMax);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    letters.add(new LeasedMessage(
                            row.getLong(1), row.getObject(2, UUID.class), row.getInt(3), row.getInt(4)));
                }
            }
            return letters;
        });
    }

    @Override
    public long deadLetterCount(String recipient) {
        return database.read(session -> {
            OptionalLong number = agents.numberForReader(session, recipient);
            if (number.isEmpty()) {
                return 0L;
            }
            PreparedStatement statement = session.prepare(DEAD_COUNT);
            statement.setLong(1, number.getAsLong());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    private static List<HeldLease> leases(PreparedStatement statement) throws SQLException {
        List<HeldLease> leases = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                leases.add(new HeldLease(row.getString(1), row.getObject(2, UUID.class), row.getLong(3)));
            }
        }
        return leases;
    }
}
