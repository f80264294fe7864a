package dev.agentkernel.storage.embedded;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.agentkernel.core.commit.AgentRow;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.storage.records.Micros;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Agents by address, with the numbers that stand for them in the tables and the counters of their queues; remembered within bounds.
 * Rows and counters are for the committer alone, who forgets or replaces what it changes; readers get the numbers, which never change.
 */
final class KnownAgents {

    private static final String FIND = """
            SELECT registered_seq, operator_id, credential_version, webhook_url IS NOT NULL, webhook_secret_version,
                block_count, webhook_open_until FROM agents WHERE address = ?""";
    private static final String QUEUE = "SELECT depth, content_bytes, pull_waiting FROM queues WHERE agent = ?";
    private static final String FIND_NUMBER = "SELECT registered_seq FROM agents WHERE address = ?";

    /** At some 400 bytes each in all caches: 20 MB at most. */
    private static final int REMEMBERED_MAX = 50_000;

    private final Cache<String, KnownAgent> known =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();
    private final Cache<String, Long> numbers =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();
    private final Cache<Long, QueueRow> queues =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();

    /** An agent and its number: the seq of its registration. */
    record KnownAgent(long number, AgentRow row) {}

    /** The agent as the committer's transaction sees it; for the committer alone. */
    Optional<KnownAgent> find(H2Session session, String address) throws SQLException {
        KnownAgent remembered = known.getIfPresent(address);
        if (remembered != null) {
            return Optional.of(remembered);
        }
        PreparedStatement statement = session.prepare(FIND);
        statement.setString(1, address);
        try (ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            Long openUntil = row.getObject(7, Long.class);
            KnownAgent agent = new KnownAgent(
                    row.getLong(1),
                    new AgentRow(
                            address,
                            row.getObject(2, UUID.class),
                            row.getInt(3),
                            row.getBoolean(4),
                            row.getInt(5),
                            row.getInt(6),
                            openUntil == null ? null : Micros.toInstant(openUntil)));
            known.put(address, agent);
            return Optional.of(agent);
        }
    }

    /** The counters of an agent's queue as the committer's transaction sees them; for the committer alone. */
    Optional<QueueRow> findQueue(H2Session session, long agent) throws SQLException {
        QueueRow remembered = queues.getIfPresent(agent);
        if (remembered != null) {
            return Optional.of(remembered);
        }
        PreparedStatement statement = session.prepare(QUEUE);
        statement.setLong(1, agent);
        try (ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            QueueRow queue = new QueueRow(row.getLong(1), row.getLong(2), row.getLong(3));
            queues.put(agent, queue);
            return Optional.of(queue);
        }
    }

    /** The open transaction added so much to the counters of a queue; for the committer alone. */
    void addToQueue(long agent, long depth, long bytes, long pullWaiting) {
        QueueRow before = queues.getIfPresent(agent);
        if (before != null) {
            queues.put(
                    agent,
                    new QueueRow(before.depth() + depth, before.bytes() + bytes, before.pullWaiting() + pullWaiting));
        }
    }

    /** The number of an agent that exists; for the committer alone. */
    long numberOf(H2Session session, String address) throws SQLException {
        return find(session, address)
                .orElseThrow(() -> new IllegalStateException("no agent has the address " + address))
                .number();
    }

    /** The number of an agent, which may have been deregistered since: then nothing stands under it any more. */
    OptionalLong numberForReader(H2Session session, String address) throws SQLException {
        Long remembered = numbers.getIfPresent(address);
        if (remembered != null) {
            return OptionalLong.of(remembered);
        }
        PreparedStatement statement = session.prepare(FIND_NUMBER);
        statement.setString(1, address);
        try (ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                return OptionalLong.empty();
            }
            long number = row.getLong(1);
            numbers.put(address, number);
            return OptionalLong.of(number);
        }
    }

    /** Forgets an agent that the open transaction changed. */
    void forget(String address) {
        known.invalidate(address);
        numbers.invalidate(address);
    }

    /** Forgets the counters of a queue that the open transaction removed. */
    void forgetQueue(long agent) {
        queues.invalidate(agent);
    }

    /** Forgets everything: what was seen within a transaction that was taken back may never have been. */
    void clear() {
        known.invalidateAll();
        numbers.invalidateAll();
        queues.invalidateAll();
    }
}
