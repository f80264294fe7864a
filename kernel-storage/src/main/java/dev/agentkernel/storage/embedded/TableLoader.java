package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.commit.DeadRow;
import dev.agentkernel.core.commit.IdempotencyRow;
import dev.agentkernel.core.commit.LastRemoval;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.OperatorRow;
import dev.agentkernel.core.commit.QueuedRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.BlockRef;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.Requirements.SenderShares;
import dev.agentkernel.core.commit.StateRow;
import dev.agentkernel.core.commit.WaitingRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.messages.IdempotencyKey;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.storage.records.Micros;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Loads the rows that a batch needs. One prepared look-up per row: inside one process a look-up costs microseconds, and there is
 * no round trip to save.
 */
final class TableLoader {

    private static final String OPERATOR =
            "SELECT credential_version, agent_count FROM operators WHERE operator_id = ?";
    private static final String STATE = "SELECT version, value_bytes FROM state WHERE state_key = ?";
    private static final String IDEMPOTENCY = """
            SELECT fingerprint, message_id, recipient, sent_at, expires_at FROM idempotency_keys
            WHERE sender = ? AND idempotency_key = ?""";
    private static final String BLOCK = "SELECT 1 FROM blocks WHERE agent = ? AND sender = ?";
    private static final String CHALLENGE = "SELECT 1 FROM used_challenges WHERE challenge = ?";
    private static final String WAITING = """
            SELECT seq, message_id, content_bytes, attempts, expires_at FROM messages
            WHERE recipient = ? AND route = ? AND leased = FALSE AND due_at <= ?
                AND (expires_at IS NULL OR expires_at > ?)
            ORDER BY recipient, route, leased, seq FETCH FIRST ? ROWS ONLY""";
    private static final String PUSHING =
            "SELECT seq FROM messages WHERE recipient = ? AND route = 1 AND leased = TRUE";
    private static final String LEASE = """
            SELECT l.recipient, m.route, l.lease_id, l.leased_until, l.leased_by, m.seq, m.message_id, m.content_bytes,
                m.attempts, m.expires_at
            FROM leases l JOIN messages m ON m.seq = l.seq WHERE l.seq = ?""";
    private static final String LEASE_OF_MESSAGE = """
            SELECT l.recipient, m.route, l.lease_id, l.leased_until, l.leased_by, m.seq, m.message_id, m.content_bytes,
                m.attempts, m.expires_at
            FROM leases l JOIN messages m ON m.seq = l.seq WHERE l.message_id = ?""";
    private static final String QUEUED = """
            SELECT a.address, m.message_id, m.route, m.content_bytes, m.leased, m.expires_at FROM messages m
            JOIN agents a ON a.registered_seq = m.recipient WHERE m.seq = ?""";
    private static final String SENDERS =
            "SELECT sender, COUNT(*) FROM messages WHERE recipient = ? AND leased = FALSE GROUP BY sender";
    private static final String DEAD = """
            SELECT a.address, m.seq, m.content_bytes FROM dead_letters d JOIN messages m ON m.seq = d.seq
            JOIN agents a ON a.registered_seq = m.recipient WHERE d.message_id = ?""";
    private static final String LAST_REMOVAL =
            "SELECT number, entry_hash FROM removals ORDER BY number DESC FETCH FIRST 1 ROWS ONLY";
    private static final String REMOVAL_OF = "SELECT MAX(number) FROM removals WHERE target = ? AND kind = ?";
    private static final String TOTALS = "SELECT state_bytes, state_keys, queue_bytes FROM totals WHERE id = 1";

    private final H2Session session;
    private final KnownAgents agents;

    TableLoader(H2Session session, KnownAgents agents) {
        this.session = session;
        this.agents = agents;
    }

    /** Loads everything the requirements name into the set; what does not exist stays absent. */
    void load(Requirements requirements, WorkingSet rows) throws SQLException {
        for (String address : requirements.agents()) {
            loadAgent(address, rows);
        }
        for (String address : requirements.queues()) {
            loadQueue(address, rows);
        }
        for (UUID operatorId : requirements.operators()) {
            loadOperator(operatorId, rows);
        }
        for (String key : requirements.stateKeys()) {
            loadState(key, rows);
        }
        for (BlockRef block : requirements.blocks()) {
            loadBlock(block, rows);
        }
        for (IdempotencyKey key : requirements.idempotencyKeys()) {
            loadIdempotency(key, rows);
        }
        for (ByteString challenge : requirements.challenges()) {
            loadChallenge(challenge, rows);
        }
        for (Map.Entry<QueueRef, Integer> claim : requirements.claims().entrySet()) {
            loadWaiting(claim.getKey(), claim.getValue(), rows);
        }
        for (Long seq : requirements.leasedMessages()) {
            loadLease(LEASE, seq, rows);
        }
        for (UUID messageId : requirements.leasedMessageIds()) {
            loadLease(LEASE_OF_MESSAGE, messageId, rows);
        }
        for (Long seq : requirements.queuedMessages()) {
            loadQueued(seq, rows);
        }
        for (Map.Entry<String, SenderShares> shares :
                requirements.senderShares().entrySet()) {
            loadSenders(shares.getKey(), shares.getValue(), rows);
        }
        for (UUID messageId : requirements.deadLetters()) {
            loadDead(messageId, rows);
        }
        loadRemovals(requirements.removals(), rows);
        if (requirements.needsStateTotals() || requirements.needsQueueTotals()) {
            loadTotals(rows);
        }
    }

    private void loadAgent(String address, WorkingSet rows) throws SQLException {
        agents.find(session, address).ifPresent(known -> rows.load(known.row()));
    }

    private void loadOperator(UUID operatorId, WorkingSet rows) throws SQLException {
        PreparedStatement statement = session.prepare(OPERATOR);
        statement.setObject(1, operatorId);
        try (ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                rows.load(new OperatorRow(operatorId, row.getInt(1), row.getLong(2)));
            }
        }
    }

    private void loadQueue(String address, WorkingSet rows) throws SQLException {
        Optional<KnownAgents.KnownAgent> agent = agents.find(session, address);
        if (agent.isEmpty()) {
            return;
        }
        agents.findQueue(session, agent.get().number()).ifPresent(row -> rows.loadQueue(address, row));
    }

    private void loadState(String key, WorkingSet rows) throws SQLException {
        PreparedStatement statement = session.prepare(STATE);
        statement.setBytes(1, key.getBytes(StandardCharsets.UTF_8));
        try (ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                rows.loadState(key, new StateRow(row.getLong(1), row.getInt(2)));
            }
        }
    }

    /** Hardly anybody blocks anybody: then the agent's row says so, and nothing is looked up. */
    private void loadBlock(BlockRef block, WorkingSet rows) throws SQLException {
        Optional<KnownAgents.KnownAgent> agent = agents.find(session, block.address());
        if (agent.isEmpty() || agent.get().row().blockCount() == 0) {
            return;
        }
        PreparedStatement statement = session.prepare(BLOCK);
        statement.setString(1, block.address());
        statement.setString(2, block.sender());
        try (ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                rows.loadBlock(block);
            }
        }
    }

    private void loadIdempotency(IdempotencyKey key, WorkingSet rows) throws SQLException {
        PreparedStatement statement = session.prepare(IDEMPOTENCY);
        statement.setString(1, key.sender());
        statement.setBytes(2, key.key().getBytes(StandardCharsets.UTF_8));
        try (ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                rows.load(
                        key,
                        new IdempotencyRow(
                                ByteString.wrap(row.getBytes(1)),
                                row.getObject(2, UUID.class),
                                row.getString(3),
                                Optional.of(Micros.toInstant(row.getLong(4))),
                                Micros.toInstant(row.getLong(5))));
            }
        }
    }

    private void loadChallenge(ByteString challenge, WorkingSet rows) throws SQLException {
        PreparedStatement statement = session.prepare(CHALLENGE);
        statement.setBytes(1, challenge.unsafeArray());
        try (ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                rows.loadUsedChallenge(challenge);
            }
        }
    }

    private void loadWaiting(QueueRef queue, int messagesMax, WorkingSet rows) throws SQLException {
        Optional<KnownAgents.KnownAgent> recipient = agents.find(session, queue.recipient());
        if (recipient.isEmpty()) {
            return;
        }
        if (queue.route() == Route.PUSH) {
            loadPushing(queue, recipient.get().number(), rows);
        }
        PreparedStatement statement = session.prepare(WAITING);
        statement.setLong(1, recipient.get().number());
        statement.setInt(2, queue.route().ordinal());
        statement.setLong(3, Micros.of(rows.now()));
        statement.setLong(4, Micros.of(rows.now()));
        statement.setInt(5, messagesMax);
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.loadWaiting(
                        queue,
                        new WaitingRow(
                                row.getLong(1),
                                row.getObject(2, UUID.class),
                                row.getInt(3),
                                row.getInt(4),
                                Micros.read(row, 5)));
            }
        }
    }

    private void loadPushing(QueueRef queue, long recipient, WorkingSet rows) throws SQLException {
        PreparedStatement statement = session.prepare(PUSHING);
        statement.setLong(1, recipient);
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.loadPushing(queue.recipient(), row.getLong(1));
            }
        }
    }

    private void loadLease(String sql, Object key, WorkingSet rows) throws SQLException {
        PreparedStatement statement = session.prepare(sql);
        statement.setObject(1, key);
        try (ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                rows.load(new LeaseRow(
                        row.getString(1),
                        Route.values()[row.getInt(2)],
                        row.getObject(3, UUID.class),
                        Micros.toInstant(row.getLong(4)),
                        row.getString(5),
                        new LeasedMessage(row.getLong(6), row.getObject(7, UUID.class), row.getInt(8), row.getInt(9)),
                        Micros.read(row, 10)));
            }
        }
    }

    private void loadQueued(long seq, WorkingSet rows) throws SQLException {
        PreparedStatement statement = session.prepare(QUEUED);
        statement.setLong(1, seq);
        try (ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                rows.load(new QueuedRow(
                        row.getString(1),
                        seq,
                        row.getObject(2, UUID.class),
                        Route.values()[row.getInt(3)],
                        row.getInt(4),
                        !row.getBoolean(5),
                        Micros.read(row, 6)));
            }
        }
    }

    /** Counts only where the queue is deep: whoever sends to another pays nothing. */
    private void loadSenders(String recipient, SenderShares shares, WorkingSet rows) throws SQLException {
        Optional<KnownAgents.KnownAgent> agent = agents.find(session, recipient);
        if (agent.isEmpty() || rows.queue(recipient).depth() < shares.depthMin()) {
            return;
        }
        PreparedStatement statement = session.prepare(SENDERS);
        statement.setLong(1, agent.get().number());
        try (ResultSet row = statement.executeQuery()) {
            Map<Long, Long> counts = new HashMap<>();
            while (row.next()) {
                counts.put(row.getLong(1), row.getLong(2));
            }
            for (String sender : shares.senders()) {
                Optional<KnownAgents.KnownAgent> known = agents.find(session, sender);
                long messages = known.map(each -> counts.getOrDefault(each.number(), 0L))
                        .orElse(0L);
                rows.loadWaitingFrom(recipient, sender, messages);
            }
        }
    }

    private void loadDead(UUID messageId, WorkingSet rows) throws SQLException {
        PreparedStatement statement = session.prepare(DEAD);
        statement.setObject(1, messageId);
        try (ResultSet row = statement.executeQuery()) {
            if (row.next()) {
                rows.load(new DeadRow(row.getString(1), row.getLong(2), messageId, row.getInt(3)));
            }
        }
    }

    private void loadRemovals(Set<RemovalTarget> targets, WorkingSet rows) throws SQLException {
        for (RemovalTarget target : targets) {
            PreparedStatement statement = session.prepare(REMOVAL_OF);
            statement.setBytes(1, target.name().getBytes(StandardCharsets.UTF_8));
            statement.setInt(2, target.kind().ordinal());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                // 0, as for a target without removals, is what the driver makes of null.
                rows.loadRemoval(target, row.getLong(1));
            }
        }
        if (!targets.isEmpty()) {
            loadLastRemoval(rows);
        }
    }

    private void loadLastRemoval(WorkingSet rows) throws SQLException {
        try (ResultSet row = session.prepare(LAST_REMOVAL).executeQuery()) {
            if (row.next()) {
                rows.load(new LastRemoval(row.getLong(1), ByteString.wrap(row.getBytes(2))));
            }
        }
    }

    private void loadTotals(WorkingSet rows) throws SQLException {
        try (ResultSet row = session.prepare(TOTALS).executeQuery()) {
            row.next();
            rows.loadStateTotals(row.getLong(1), row.getLong(2));
            rows.loadQueueTotals(row.getLong(3));
        }
    }
}
