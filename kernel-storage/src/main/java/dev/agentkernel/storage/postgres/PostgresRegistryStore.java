package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.storage.registry.MappedRegistry;
import dev.agentkernel.storage.registry.PointReadRegistryStore;
import java.util.Optional;

/** The registry whose look-ups are single round trips on a connection of the pool. */
final class PostgresRegistryStore extends PointReadRegistryStore {

    private final PooledReads reads;

    PostgresRegistryStore(PooledReads reads, MappedRegistry mapper) {
        super(mapper);
        this.reads = reads;
    }

    @Override
    public Optional<AgentEntry> agent(String address) {
        // Text cannot hold this character, so nothing of that name exists.
        return address.indexOf('\0') < 0
                ? reads.first(AGENT, PointReadRegistryStore::entry, address)
                : Optional.empty();
    }

    @Override
    public long agentCount() {
        return reads.one(COUNT, row -> row.getLong(1));
    }
}
