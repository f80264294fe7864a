package dev.agentkernel.storage.registry;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.core.storage.RegistryStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The registry: a single agent and the number of agents, which are asked for all the time, by prepared look-ups of the storage itself
 * (a seventh of the mapper's cost); everything else through the mapper.
 */
public abstract class PointReadRegistryStore implements RegistryStore {

    /** Selects the agent of an address, its only parameter, as {@link #entry} reads it. */
    protected static final String AGENT = """
            SELECT a.address, a.operator_id, a.registered_at, a.registered_seq, a.webhook_url,
                a.webhook_secret_version, a.webhook_secret_rotated_at, p.name, p.description, p.tags
            FROM agents a LEFT JOIN agent_profiles p ON p.registered_seq = a.registered_seq WHERE a.address = ?""";

    /** Selects the number of agents. */
    protected static final String COUNT = "SELECT agent_count FROM totals WHERE id = 1";

    private final MappedRegistry mapper;

    /** Creates a store that asks the mapper for whatever is no look-up. */
    protected PointReadRegistryStore(MappedRegistry mapper) {
        this.mapper = mapper;
    }

    /** The agent in a row of {@link #AGENT}. */
    protected static AgentEntry entry(ResultSet row) throws SQLException {
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
    public final List<String> blockedBy(String address) {
        return mapper.blockedBy(address);
    }

    @Override
    public final List<AgentEntry> agentsTagged(String tag, long afterSeq, int agentsMax) {
        return mapper.agentsTagged(tag, afterSeq, agentsMax);
    }

    @Override
    public final List<AgentEntry> agentsWithProfile(long afterSeq, int agentsMax) {
        return mapper.agentsWithProfile(afterSeq, agentsMax);
    }

    @Override
    public final Optional<OperatorEntry> operator(UUID operatorId) {
        return mapper.operator(operatorId);
    }

    @Override
    public final List<AgentEntry> agentsAfter(long afterSeq, int agentsMax) {
        return mapper.agentsAfter(afterSeq, agentsMax);
    }

    @Override
    public final List<AgentEntry> agentsOf(UUID operatorId, long afterSeq, int agentsMax) {
        return mapper.agentsOf(operatorId, afterSeq, agentsMax);
    }
}
