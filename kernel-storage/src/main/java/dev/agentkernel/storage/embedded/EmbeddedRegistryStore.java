package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.core.storage.RegistryStore;
import dev.agentkernel.storage.registry.ProfileTexts;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The registry: a single agent, which agents ask for all the time, by a prepared look-up (a seventh of the mapper's cost);
 * everything else through the mapper.
 */
final class EmbeddedRegistryStore implements RegistryStore {

    private static final String AGENT = """
            SELECT a.operator_id, a.registered_at, a.registered_seq, a.webhook_url, a.webhook_secret_version,
                a.webhook_secret_rotated_at, p.name, p.description, p.tags
            FROM agents a LEFT JOIN agent_profiles p ON p.registered_seq = a.registered_seq WHERE a.address = ?""";
    private static final String COUNT = "SELECT agent_count FROM totals WHERE id = 1";

    private final H2Database database;
    private final RegistryStore mapper;

    EmbeddedRegistryStore(H2Database database, RegistryStore mapper) {
        this.database = database;
        this.mapper = mapper;
    }

    @Override
    public Optional<AgentEntry> agent(String address) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(AGENT);
            statement.setString(1, address);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new AgentEntry(
                                address,
                                row.getObject(1, UUID.class),
                                row.getObject(2, OffsetDateTime.class).toInstant(),
                                row.getLong(3),
                                row.getString(4),
                                row.getInt(5),
                                instant(row.getObject(6, OffsetDateTime.class)),
                                ProfileTexts.profile(row.getString(7), row.getString(8), row.getString(9))))
                        : Optional.empty();
            }
        });
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    @Override
    public long agentCount() {
        return database.read(session -> {
            try (ResultSet row = session.prepare(COUNT).executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
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
