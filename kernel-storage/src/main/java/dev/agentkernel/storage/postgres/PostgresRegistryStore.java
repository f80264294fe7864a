package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.core.storage.RegistryStore;
import dev.agentkernel.storage.registry.ProfileTexts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The registry: a single agent and the number of agents, which are asked for all the time, by point reads; everything else
 * through the mapper.
 */
final class PostgresRegistryStore implements RegistryStore {

    private static final String AGENT = """
            SELECT a.address, a.operator_id, a.registered_at, a.registered_seq, a.webhook_url,
                a.webhook_secret_version, a.webhook_secret_rotated_at, p.name, p.description, p.tags
            FROM agents a LEFT JOIN agent_profiles p ON p.registered_seq = a.registered_seq WHERE a.address = ?""";
    private static final String COUNT = "SELECT agent_count FROM totals WHERE id = 1";

    private final PooledReads reads;
    private final RegistryStore mapper;

    PostgresRegistryStore(PooledReads reads, RegistryStore mapper) {
        this.reads = reads;
        this.mapper = mapper;
    }

    @Override
    public Optional<AgentEntry> agent(String address) {
        // Text cannot hold this character, so nothing of that name exists.
        return address.indexOf('\0') < 0 ? reads.first(AGENT, PostgresRegistryStore::entry, address) : Optional.empty();
    }

    private static AgentEntry entry(ResultSet row) throws SQLException {
        return new AgentEntry(
                row.getString(1),
                row.getObject(2, UUID.class),
                row.getObject(3, OffsetDateTime.class).toInstant(),
                row.getLong(4),
                row.getString(5),
                row.getInt(6),
                instant(row.getObject(7, OffsetDateTime.class)),
                ProfileTexts.profile(row.getString(8), row.getString(9), row.getString(10)));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    @Override
    public long agentCount() {
        return reads.one(COUNT, row -> row.getLong(1));
    }

    @Override
    public List<String> blockedBy(String address) {
        return mapper.blockedBy(address);
    }

    @Override
    public List<AgentEntry> agentsTagged(String tag, long afterSeq, int agentsMax) {
        return mapper.agentsTagged(tag, afterSeq, agentsMax);
    }

    @Override
    public List<AgentEntry> agentsWithProfile(long afterSeq, int agentsMax) {
        return mapper.agentsWithProfile(afterSeq, agentsMax);
    }

    @Override
    public Optional<OperatorEntry> operator(UUID operatorId) {
        return mapper.operator(operatorId);
    }

    @Override
    public List<AgentEntry> agentsAfter(long afterSeq, int agentsMax) {
        return mapper.agentsAfter(afterSeq, agentsMax);
    }

    @Override
    public List<AgentEntry> agentsOf(UUID operatorId, long afterSeq, int agentsMax) {
        return mapper.agentsOf(operatorId, afterSeq, agentsMax);
    }
}
