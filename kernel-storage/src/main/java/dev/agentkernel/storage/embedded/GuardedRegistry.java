package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.storage.registry.MappedRegistry;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The registry, read through the mapper while the database is open: a closed one is restored first, as for other readers. */
final class GuardedRegistry implements MappedRegistry {

    private final H2Database database;
    private final MappedRegistry mapped;

    GuardedRegistry(H2Database database, MappedRegistry mapped) {
        this.database = database;
        this.mapped = mapped;
    }

    @Override
    public Optional<OperatorEntry> operator(UUID operatorId) {
        return database.guarded(() -> mapped.operator(operatorId));
    }

    @Override
    public List<AgentEntry> agentsAfter(long afterSeq, int agentsMax) {
        return database.guarded(() -> mapped.agentsAfter(afterSeq, agentsMax));
    }

    @Override
    public List<AgentEntry> agentsTagged(String tag, long afterSeq, int agentsMax) {
        return database.guarded(() -> mapped.agentsTagged(tag, afterSeq, agentsMax));
    }

    @Override
    public List<AgentEntry> agentsWithProfile(long afterSeq, int agentsMax) {
        return database.guarded(() -> mapped.agentsWithProfile(afterSeq, agentsMax));
    }

    @Override
    public List<String> blockedBy(String address) {
        return database.guarded(() -> mapped.blockedBy(address));
    }

    @Override
    public List<AgentEntry> agentsOf(UUID operatorId, long afterSeq, int agentsMax) {
        return database.guarded(() -> mapped.agentsOf(operatorId, afterSeq, agentsMax));
    }
}
