package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.commit.DeadRow;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.QueuedRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.Requirements.SenderShares;
import dev.agentkernel.core.commit.WaitingRow;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.storage.records.Micros;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Loads the messages that a batch needs, after {@link RowLoader} has locked their queues: those that wait in a queue, those that
 * are leased or named by id or {@code seq}, and dead letters.
 */
final class MessageLoader {

    private static final String QUEUED = """
            SELECT recipient, seq, message_id, route, content_bytes, lease_id IS NULL, expires_at FROM messages
            WHERE seq = ANY (?)""";
    // One pass over each queue that is deep, whoever sends to it.
    private static final String SENDERS = """
            SELECT m.recipient, m.sender, count(*) FROM unnest(?::text[], ?::bigint[]) AS asked (recipient, depth_min)
            CROSS JOIN LATERAL (
                SELECT depth FROM queues WHERE address = asked.recipient ORDER BY generation DESC LIMIT 1) AS q
            JOIN messages m ON m.recipient = asked.recipient AND m.lease_id IS NULL AND m.sender = ANY (?::text[])
            WHERE q.depth >= asked.depth_min
            GROUP BY m.recipient, m.sender""";
    private static final String DEAD = """
            SELECT recipient, seq, message_id, content_bytes FROM messages
            WHERE message_id = ANY (?) AND route = 2""";
    // Whether there is a lease is not asked in the statements: that would lead them to the indexes of leases, and
    // through those
    // that ended.
    private static final String LEASE_COLUMNS = """
            SELECT seq, recipient, route, lease_id, leased_until, leased_by, message_id, content_bytes, attempts, expires_at
            FROM messages""";
    private static final String LEASES = LEASE_COLUMNS + " WHERE seq = ANY (?)";
    private static final String LEASES_OF_MESSAGES = LEASE_COLUMNS + " WHERE message_id = ANY (?)";
    private static final String PUSHING = """
            SELECT recipient, seq FROM messages
            WHERE recipient = ANY (?::text[]) AND route = 1 AND lease_id IS NOT NULL""";
    // Last, because it answers with the most: by then the server has read all that was sent.
    private static final String WAITING = """
            SELECT claim.number, m.seq, m.message_id, m.content_bytes, m.attempts, m.expires_at
            FROM unnest(?::text[], ?::smallint[], ?::integer[]) WITH ORDINALITY
                AS claim (recipient, route, messages_max, number)
            CROSS JOIN LATERAL (
                SELECT pull_from, push_from FROM queues
                WHERE address = claim.recipient ORDER BY generation DESC LIMIT 1) AS q
            CROSS JOIN (SELECT NOW_MICROS AS now FROM counter WHERE id = 1) AS clock
            CROSS JOIN LATERAL (
                SELECT seq, message_id, content_bytes, attempts, expires_at FROM messages
                WHERE recipient = claim.recipient AND route = claim.route AND lease_id IS NULL
                    AND seq >= CASE claim.route WHEN 0 THEN q.pull_from WHEN 1 THEN q.push_from ELSE 0 END
                    AND (expires_at IS NULL OR expires_at > clock.now)
                ORDER BY seq LIMIT claim.messages_max) AS m
            ORDER BY claim.number, m.seq""".replace("NOW_MICROS", RowLoader.NOW_MICROS);

    private final DecisionClock clock;

    MessageLoader(DecisionClock clock) {
        this.clock = clock;
    }

    /** Adds the statements to a script; what waits comes last. */
    void read(Script script, Requirements needed, LoadedRows rows) {
        if (!needed.leasedMessages().isEmpty()) {
            long[] seqs = Columns.longs(needed.leasedMessages(), Long::longValue);
            script.query(LEASES, row -> lease(row, rows), (Object) seqs);
        }
        if (!needed.leasedMessageIds().isEmpty()) {
            UUID[] ids = needed.leasedMessageIds().toArray(UUID[]::new);
            script.query(LEASES_OF_MESSAGES, row -> lease(row, rows), (Object) ids);
        }
        if (!needed.queuedMessages().isEmpty()) {
            long[] seqs = Columns.longs(needed.queuedMessages(), Long::longValue);
            script.query(QUEUED, row -> queued(row, rows), (Object) seqs);
        }
        if (!needed.senderShares().isEmpty()) {
            readSenders(script, needed.senderShares(), rows);
        }
        if (!needed.deadLetters().isEmpty()) {
            UUID[] ids = needed.deadLetters().toArray(UUID[]::new);
            script.query(DEAD, row -> dead(row, rows), (Object) ids);
        }
        if (!needed.claims().isEmpty()) {
            readWaiting(script, List.copyOf(needed.claims().entrySet()), rows);
        }
    }

    private static void readSenders(Script script, Map<String, SenderShares> shares, LoadedRows rows) {
        shares.forEach((recipient, share) ->
                share.senders().forEach(sender -> rows.add(set -> set.loadWaitingFrom(recipient, sender, 0))));
        Set<String> senders = new HashSet<>();
        shares.values().forEach(share -> senders.addAll(share.senders()));
        script.query(
                SENDERS,
                row -> sender(row, rows),
                shares.keySet().toArray(String[]::new),
                Columns.longs(shares.values(), SenderShares::depthMin),
                senders.toArray(String[]::new));
    }

    private static void sender(ResultSet row, LoadedRows rows) throws SQLException {
        String recipient = row.getString(1);
        String sender = row.getString(2);
        long messages = row.getLong(3);
        rows.add(set -> set.loadWaitingFrom(recipient, sender, messages));
    }

    private void readWaiting(Script script, List<Map.Entry<QueueRef, Integer>> claims, LoadedRows rows) {
        List<QueueRef> queues = claims.stream().map(Map.Entry::getKey).toList();
        String[] pushed = queues.stream()
                .filter(queue -> queue.route() == Route.PUSH)
                .map(QueueRef::recipient)
                .toArray(String[]::new);
        if (pushed.length > 0) {
            script.query(PUSHING, row -> pushing(row, rows), (Object) pushed);
        }
        short[] routes = new short[claims.size()];
        for (int i = 0; i < routes.length; i++) {
            routes[i] = (short) queues.get(i).route().ordinal();
        }
        script.query(
                WAITING,
                row -> waiting(row, queues, rows),
                queues.stream().map(QueueRef::recipient).toArray(String[]::new),
                routes,
                claims.stream().mapToInt(Map.Entry::getValue).toArray(),
                clock.overridingMicros());
    }

    private static void lease(ResultSet row, LoadedRows rows) throws SQLException {
        UUID leaseId = row.getObject(4, UUID.class);
        if (leaseId == null) {
            return;
        }
        LeaseRow lease = new LeaseRow(
                row.getString(2),
                Route.values()[row.getInt(3)],
                leaseId,
                Micros.toInstant(row.getLong(5)),
                row.getString(6),
                new LeasedMessage(row.getLong(1), row.getObject(7, UUID.class), row.getInt(8), row.getInt(9)),
                Micros.read(row, 10));
        rows.add(set -> set.load(lease));
    }

    private static void queued(ResultSet row, LoadedRows rows) throws SQLException {
        QueuedRow message = new QueuedRow(
                row.getString(1),
                row.getLong(2),
                row.getObject(3, UUID.class),
                Route.values()[row.getInt(4)],
                row.getInt(5),
                row.getBoolean(6),
                Micros.read(row, 7));
        rows.add(set -> set.load(message));
    }

    private static void dead(ResultSet row, LoadedRows rows) throws SQLException {
        DeadRow letter = new DeadRow(row.getString(1), row.getLong(2), row.getObject(3, UUID.class), row.getInt(4));
        rows.add(set -> set.load(letter));
    }

    private static void pushing(ResultSet row, LoadedRows rows) throws SQLException {
        String recipient = row.getString(1);
        long seq = row.getLong(2);
        rows.add(set -> set.loadPushing(recipient, seq));
    }

    private static void waiting(ResultSet row, List<QueueRef> queues, LoadedRows rows) throws SQLException {
        QueueRef queue = queues.get(row.getInt(1) - 1);
        WaitingRow message = new WaitingRow(
                row.getLong(2), row.getObject(3, UUID.class), row.getInt(4), row.getInt(5), Micros.read(row, 6));
        rows.add(set -> set.loadWaiting(queue, message));
    }
}
