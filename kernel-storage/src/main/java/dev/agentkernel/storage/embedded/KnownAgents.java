package dev.agentkernel.storage.embedded;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.agentkernel.core.commit.WorkingSet.AgentRow;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/**
 * Agents by address, with the numbers that stand for them in the tables; remembered within bounds. Rows are remembered as
 * committed, and nothing in them changes while an agent lives.
 */
final class KnownAgents {

    private static final String FIND =
            "SELECT registered_seq, operator_id, credential_version, webhook_url IS NOT NULL FROM agents WHERE address = ?";

    /** At some 200 bytes each: 10 MB at most. */
    private static final int REMEMBERED_MAX = 50_000;

    private final Cache<String, KnownAgent> known =
            Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();

    /** An agent and its number: the seq of its registration. */
    record KnownAgent(long number, AgentRow row) {}

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
            KnownAgent agent = new KnownAgent(
                    row.getLong(1),
                    new AgentRow(address, row.getObject(2, UUID.class), row.getInt(3), row.getBoolean(4)));
            known.put(address, agent);
            return Optional.of(agent);
        }
    }

    /** The number of an agent that exists. */
    long numberOf(H2Session session, String address) throws SQLException {
        return find(session, address)
                .orElseThrow(() -> new IllegalStateException("no agent has the address " + address))
                .number();
    }

    /** Forgets everything: what was seen within a transaction that was taken back may never have been. */
    void clear() {
        known.invalidateAll();
    }
}
