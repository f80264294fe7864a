package dev.agentkernel.storage.embedded;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.agentkernel.core.commit.WorkingSet.AgentRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Agents by address, with the numbers that stand for them in the tables; remembered within bounds. Rows are for the committer alone,
 * who forgets what it changes; readers get the numbers, which never change.
 */
final class KnownAgents {

    private static final String FIND = """
            SELECT registered_seq, operator_id, credential_version, webhook_url IS NOT NULL, webhook_secret_version,
                block_count, webhook_open_until FROM agents WHERE address = ?""";
    private static final String FIND_NUMBER = "SELECT registered_seq FROM agents WHERE address = ?";

    /** At some 300 bytes each in both caches: 15 MB at most. */
    private static final int REMEMBERED_MAX = 50_000;

    private final Cache<String, KnownAgent> known =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();
    private final Cache<String, Long> numbers =
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

    /** Forgets everything: what was seen within a transaction that was taken back may never have been. */
    void clear() {
        known.invalidateAll();
        numbers.invalidateAll();
    }
}
