package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.IdempotencyEntry;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.state.StateFootprint;
import dev.agentkernel.storage.records.Micros;
import dev.agentkernel.storage.records.StoredContext;
import dev.agentkernel.storage.records.UnicodeText;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Applies records to the tables: the one place where the tables change, in live commits and in replays alike, so that replaying
 * the log rebuilds them exactly.
 */
final class TableWriter {

    private static final String INSERT_OPERATOR = """
            INSERT INTO operators (operator_id, contact_hash, accepted_terms, credential_version, agent_count, created_at,
                created_seq) VALUES (?, ?, ?, 1, 0, ?, ?)""";
    private static final String INSERT_AGENT = """
            INSERT INTO agents (registered_seq, address, operator_id, credential_version, webhook_url,
                webhook_secret_version, block_count, registered_at) VALUES (?, ?, ?, 1, ?, ?, 0, ?)""";
    private static final String INSERT_CREDENTIAL =
            "INSERT INTO credentials (digest, operator_id, agent_address, version) VALUES (?, ?, ?, ?)";
    private static final String DELETE_OPERATOR_CREDENTIALS = "DELETE FROM credentials WHERE operator_id = ?";
    private static final String ROTATE_OPERATOR = "UPDATE operators SET credential_version = ? WHERE operator_id = ?";
    private static final String COUNT_AGENT =
            "UPDATE operators SET agent_count = agent_count + 1 WHERE operator_id = ?";
    private static final String INSERT_QUEUE =
            "INSERT INTO queues (agent, depth, content_bytes, pull_waiting) VALUES (?, 0, 0, 0)";
    // A retry of a registration may bring a challenge that was purged as expired and comes again: it stays used.
    private static final String INSERT_CHALLENGE =
            "MERGE INTO used_challenges (challenge, expires_at) KEY (challenge) VALUES (?, ?)";
    private static final String INSERT_MESSAGE = """
            INSERT INTO messages (seq, recipient, route, message_id, content_bytes, attempts, leased, due_at, expires_at,
                sender)
            VALUES (?, ?, ?, ?, ?, 0, FALSE, ?, ?, ?)""";
    private static final String INSERT_CONTENT = """
            INSERT INTO message_contents (seq, sender, sent_at, content, correlation_id, reply_to)
            VALUES (?, ?, ?, ?, ?, ?)""";
    private static final String DELETE_MESSAGE = "DELETE FROM messages WHERE seq = ?";
    private static final String INSERT_EXPIRY = "INSERT INTO message_expiries (seq, expires_at) VALUES (?, ?)";
    private static final String DELETE_EXPIRY = "DELETE FROM message_expiries WHERE seq = ?";
    private static final String DELETE_CONTENT = "DELETE FROM message_contents WHERE seq = ?";
    // An expired key may be used anew: its old entry gives way.
    private static final String INSERT_IDEMPOTENCY = """
            MERGE INTO idempotency_keys (sender, idempotency_key, fingerprint, message_id, recipient, sent_at, expires_at)
            KEY (sender, idempotency_key) VALUES (?, ?, ?, ?, ?, ?, ?)""";
    private static final String REROUTE = "UPDATE messages SET route = ? WHERE seq = ?";
    private static final String INSERT_PUSH = "INSERT INTO pushes (recipient, seq) VALUES (?, ?)";
    private static final String DELETE_PUSH = "DELETE FROM pushes WHERE recipient = ? AND seq = ?";
    private static final String MARK_LEASED = "UPDATE messages SET leased = TRUE, attempts = ? WHERE seq = ?";
    private static final String MARK_WAITING = "UPDATE messages SET leased = FALSE, route = ? WHERE seq = ?";
    private static final String REQUEUE = "UPDATE messages SET route = ?, attempts = 0 WHERE seq = ?";
    // Mostly the route is the same: then nothing is written.
    private static final String MARK_ROUTE = "UPDATE messages SET route = ? WHERE seq = ? AND route <> ?";
    private static final String INSERT_LEASE =
            "INSERT INTO leases (seq, recipient, message_id, lease_id, leased_until, leased_by) VALUES (?, ?, ?, ?, ?, ?)";
    private static final String REPLACE_LEASE =
            "UPDATE leases SET lease_id = ?, leased_until = ?, leased_by = ? WHERE seq = ?";
    private static final String INSERT_DEAD = "INSERT INTO dead_letters (seq, message_id) VALUES (?, ?)";
    private static final String DELETE_DEAD = "DELETE FROM dead_letters WHERE seq = ?";
    private static final String DELETE_LEASE = "DELETE FROM leases WHERE seq = ?";
    private static final String UPDATE_STATE = """
            UPDATE state SET state_value = ?, value_bytes = ?, last_modified_by = ?, last_modified_at = ?, version = ?,
                redacted_reason = NULL
            WHERE state_key = ?""";
    private static final String INSERT_STATE = """
            INSERT INTO state (state_value, value_bytes, last_modified_by, last_modified_at, version, state_key)
            VALUES (?, ?, ?, ?, ?, ?)""";
    private static final String DELETE_STATE = "DELETE FROM state WHERE state_key = ?";

    private final H2Session session;
    private final KnownAgents agents;
    private final AccountWriter accounts;
    private final RemovalWriter removals;

    TableWriter(H2Session session, KnownAgents agents) {
        this.session = session;
        this.agents = agents;
        this.accounts = new AccountWriter(session, agents);
        this.removals = new RemovalWriter(session, agents);
    }

    /** Applies the records in order, within the session's open transaction. */
    void apply(List<StampedRecord> records) throws SQLException {
        CounterChanges counters = new CounterChanges();
        for (StampedRecord stamped : records) {
            apply(stamped.record(), stamped.seq(), stamped.time(), counters);
        }
        counters.write(session, agents);
    }

    private void apply(LogRecord record, long seq, Instant time, CounterChanges counters) throws SQLException {
        switch (record) {
            case LogRecord.OperatorCreated r -> createOperator(r, seq, time);
            case LogRecord.AgentRegistered r -> registerAgent(r, seq, time, counters);
            case LogRecord.OperatorKeyRotated r -> rotateKey(r);
            case LogRecord.AgentTokenRotated r -> accounts.rotateToken(r);
            case LogRecord.WebhookChanged r -> accounts.changeWebhook(r);
            case LogRecord.WebhookHealthChanged r -> accounts.changeHealth(r);
            case LogRecord.MessagesRerouted r -> reroute(r, counters);
            case LogRecord.ProfileChanged r -> accounts.changeProfile(r);
            case LogRecord.SenderBlocked r -> accounts.block(r);
            case LogRecord.SenderUnblocked r -> accounts.unblock(r);
            case LogRecord.AgentDeregistered r -> accounts.deregister(r, counters);
            case LogRecord.ChallengeUsed r ->
                update(INSERT_CHALLENGE, r.challenge().unsafeArray(), Micros.of(r.expiresAt()));
            case LogRecord.MessageSent r -> send(r, seq, time, counters);
            case LogRecord.MessagesLeased r -> lease(r, counters);
            case LogRecord.LeaseReplaced r -> replaceLease(r);
            case LogRecord.MessagesReturned r -> giveBack(r, counters);
            case LogRecord.MessageDelivered r -> deliver(r, counters);
            case LogRecord.MessageDead r -> die(r);
            case LogRecord.MessageExpired r -> removals.drop(r.copy(), counters);
            case LogRecord.DeadLetterRequeued r -> requeue(r, counters);
            case LogRecord.DeadLetterDeleted r -> deleteDead(r, counters);
            case LogRecord.StateWritten r -> writeState(r, seq, time, counters);
            case LogRecord.StateDeleted r -> {
                update(DELETE_STATE, (Object) utf8(r.key()));
                counters.state(-StateFootprint.of(r.key(), r.previousValueBytes()), -1);
            }
            case LogRecord.ContentRemoved r -> removals.remove(r, seq, counters);
            case LogRecord.ContentErased r -> removals.erased(r);
            case LogRecord.StateRead r -> {}
            case LogRecord.RegistryRead r -> {}
        }
    }

    private void createOperator(LogRecord.OperatorCreated r, long seq, Instant time) throws SQLException {
        update(
                INSERT_OPERATOR,
                r.operatorId(),
                UnicodeText.wellFormed(r.contactHash()),
                r.acceptedTerms(),
                time.atOffset(ZoneOffset.UTC),
                seq);
        update(INSERT_CREDENTIAL, r.keyDigest().unsafeArray(), r.operatorId(), null, 1);
    }

    private void registerAgent(LogRecord.AgentRegistered r, long seq, Instant time, CounterChanges counters)
            throws SQLException {
        update(
                INSERT_AGENT,
                seq,
                r.address(),
                r.operatorId(),
                r.webhookUrl(),
                r.webhookUrl() == null ? 0 : 1,
                time.atOffset(ZoneOffset.UTC));
        update(INSERT_CREDENTIAL, r.tokenDigest().unsafeArray(), null, r.address(), 1);
        update(INSERT_QUEUE, seq);
        update(COUNT_AGENT, r.operatorId());
        counters.agentRegistered();
    }

    private void rotateKey(LogRecord.OperatorKeyRotated r) throws SQLException {
        update(DELETE_OPERATOR_CREDENTIALS, r.operatorId());
        update(INSERT_CREDENTIAL, r.keyDigest().unsafeArray(), r.operatorId(), null, r.version());
        update(ROTATE_OPERATOR, r.version(), r.operatorId());
    }

    private void reroute(LogRecord.MessagesRerouted r, CounterChanges counters) throws SQLException {
        long recipient = agents.numberOf(session, r.recipient());
        for (Long seq : r.seqs()) {
            update(REROUTE, Route.PULL.ordinal(), seq);
            update(DELETE_PUSH, recipient, seq);
        }
        counters.queue(recipient, 0, 0, r.seqs().size());
    }

    private void send(LogRecord.MessageSent r, long seq, Instant time, CounterChanges counters) throws SQLException {
        long sentAt = Micros.of(time);
        long recipient = agents.numberOf(session, r.to());
        PreparedStatement message = session.prepare(INSERT_MESSAGE);
        message.setLong(1, seq);
        message.setLong(2, recipient);
        message.setInt(3, r.route().ordinal());
        message.setObject(4, r.messageId());
        message.setInt(5, r.content().size());
        message.setLong(6, sentAt);
        long toLive = StoredContext.microsToLive(r.context());
        message.setObject(7, toLive == 0 ? null : Long.valueOf(sentAt + toLive));
        message.setLong(8, agents.numberOf(session, r.from()));
        message.executeUpdate();
        if (toLive != 0) {
            update(INSERT_EXPIRY, seq, sentAt + toLive);
        }
        PreparedStatement content = session.prepare(INSERT_CONTENT);
        content.setLong(1, seq);
        content.setString(2, r.from());
        content.setLong(3, sentAt);
        content.setBytes(4, r.content().unsafeArray());
        ByteString correlationId = r.context().correlationId();
        content.setBytes(5, correlationId == null ? null : correlationId.unsafeArray());
        content.setObject(6, r.context().replyTo());
        content.executeUpdate();
        IdempotencyEntry entry = r.idempotency();
        if (entry != null) {
            update(
                    INSERT_IDEMPOTENCY,
                    r.from(),
                    utf8(entry.key()),
                    entry.fingerprint().unsafeArray(),
                    r.messageId(),
                    r.to(),
                    sentAt,
                    Micros.of(entry.expiresAt()));
        }
        if (r.route() == Route.PUSH) {
            update(INSERT_PUSH, recipient, seq);
        }
        counters.queue(recipient, 1, r.content().size(), r.route() == Route.PULL ? 1 : 0);
    }

    private void lease(LogRecord.MessagesLeased r, CounterChanges counters) throws SQLException {
        long until = Micros.of(r.leasedUntil());
        UUID leaseId = r.leaseId();
        long recipient = agents.numberOf(session, r.recipient());
        for (LeasedMessage message : r.messages()) {
            update(MARK_LEASED, message.attempt(), message.seq());
            update(INSERT_LEASE, message.seq(), r.recipient(), message.messageId(), leaseId, until, r.leasedBy());
            if (r.route() == Route.PUSH) {
                update(DELETE_PUSH, recipient, message.seq());
            }
        }
        counters.queue(recipient, 0, 0, -pullsOf(r.route(), r.messages()));
    }

    private void replaceLease(LogRecord.LeaseReplaced r) throws SQLException {
        long until = Micros.of(r.leasedUntil());
        for (LeasedMessage message : r.messages()) {
            update(MARK_ROUTE, r.route().ordinal(), message.seq(), r.route().ordinal());
            update(REPLACE_LEASE, r.leaseId(), until, r.leasedBy(), message.seq());
        }
    }

    private void giveBack(LogRecord.MessagesReturned r, CounterChanges counters) throws SQLException {
        long recipient = agents.numberOf(session, r.recipient());
        for (LeasedMessage message : r.messages()) {
            update(MARK_WAITING, r.route().ordinal(), message.seq());
            update(DELETE_LEASE, message.seq());
            if (r.route() == Route.PUSH) {
                update(INSERT_PUSH, recipient, message.seq());
            }
        }
        counters.queue(recipient, 0, 0, pullsOf(r.route(), r.messages()));
    }

    private void die(LogRecord.MessageDead r) throws SQLException {
        update(MARK_WAITING, Route.DEAD.ordinal(), r.messageSeq());
        update(DELETE_LEASE, r.messageSeq());
        update(INSERT_DEAD, r.messageSeq(), r.messageId());
    }

    private void requeue(LogRecord.DeadLetterRequeued r, CounterChanges counters) throws SQLException {
        long recipient = agents.numberOf(session, r.recipient());
        update(REQUEUE, r.route().ordinal(), r.messageSeq());
        update(DELETE_DEAD, r.messageSeq());
        if (r.route() == Route.PUSH) {
            update(INSERT_PUSH, recipient, r.messageSeq());
        }
        counters.queue(recipient, 0, 0, r.route() == Route.PULL ? 1 : 0);
    }

    private void deleteDead(LogRecord.DeadLetterDeleted r, CounterChanges counters) throws SQLException {
        update(DELETE_DEAD, r.messageSeq());
        update(DELETE_MESSAGE, r.messageSeq());
        update(DELETE_CONTENT, r.messageSeq());
        update(DELETE_EXPIRY, r.messageSeq());
        counters.queue(agents.numberOf(session, r.recipient()), -1, -r.messageBytes(), 0);
    }

    private static int pullsOf(Route route, List<LeasedMessage> messages) {
        return route == Route.PULL ? messages.size() : 0;
    }

    private void deliver(LogRecord.MessageDelivered r, CounterChanges counters) throws SQLException {
        update(DELETE_LEASE, r.messageSeq());
        update(DELETE_MESSAGE, r.messageSeq());
        update(DELETE_CONTENT, r.messageSeq());
        update(DELETE_EXPIRY, r.messageSeq());
        counters.queue(agents.numberOf(session, r.to()), -1, -r.messageBytes(), 0);
    }

    private void writeState(LogRecord.StateWritten r, long seq, Instant time, CounterChanges counters)
            throws SQLException {
        boolean isNew = r.previousValueBytes() < 0;
        PreparedStatement statement = session.prepare(isNew ? INSERT_STATE : UPDATE_STATE);
        statement.setBytes(1, r.value().unsafeArray());
        statement.setInt(2, r.value().size());
        statement.setString(3, r.writtenBy());
        statement.setLong(4, Micros.of(time));
        statement.setLong(5, seq);
        statement.setBytes(6, utf8(r.key()));
        if (statement.executeUpdate() != 1) {
            throw new IllegalStateException("the state entry of event " + seq + " was not where its record says");
        }
        long before = isNew ? 0 : StateFootprint.of(r.key(), r.previousValueBytes());
        counters.state(StateFootprint.of(r.key(), r.value().size()) - before, isNew ? 1 : 0);
    }

    private void update(String sql, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = session.prepare(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        statement.executeUpdate();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
