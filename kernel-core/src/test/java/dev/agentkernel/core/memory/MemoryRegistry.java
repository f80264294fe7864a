package dev.agentkernel.core.memory;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.AgentProfile;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.core.storage.RegistryStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Who is registered, and whom an agent refuses. Guarded by the monitor of the tables, as all of the storage. */
final class MemoryRegistry implements RegistryStore {

    private final MemoryTables tables;

    MemoryRegistry(MemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public Optional<AgentEntry> agent(String address) {
        synchronized (tables) {
            return Optional.ofNullable(tables.agents.get(address));
        }
    }

    @Override
    public List<AgentEntry> agentsTagged(String tag, long afterSeq, int agentsMax) {
        synchronized (tables) {
            return tables.agents.values().stream()
                    .filter(agent -> agent.registeredSeq() > afterSeq && agent.profile() != null)
                    .filter(agent -> agent.profile().tags().stream()
                            .map(AgentProfile::comparable)
                            .anyMatch(tag::equals))
                    .limit(agentsMax)
                    .toList();
        }
    }

    @Override
    public List<AgentEntry> agentsWithProfile(long afterSeq, int agentsMax) {
        synchronized (tables) {
            return tables.agents.values().stream()
                    .filter(agent -> agent.registeredSeq() > afterSeq && agent.profile() != null)
                    .limit(agentsMax)
                    .toList();
        }
    }

    @Override
    public List<String> blockedBy(String address) {
        synchronized (tables) {
            return tables.blocksOf(address);
        }
    }

    @Override
    public Optional<OperatorEntry> operator(UUID operatorId) {
        synchronized (tables) {
            return Optional.ofNullable(tables.operators.get(operatorId));
        }
    }

    @Override
    public List<AgentEntry> agentsAfter(long afterSeq, int agentsMax) {
        synchronized (tables) {
            return tables.agents.values().stream()
                    .filter(agent -> agent.registeredSeq() > afterSeq)
                    .limit(agentsMax)
                    .toList();
        }
    }

    @Override
    public long agentCount() {
        synchronized (tables) {
            return tables.agents.size();
        }
    }

    @Override
    public List<AgentEntry> agentsOf(UUID operatorId, long afterSeq, int agentsMax) {
        synchronized (tables) {
            return tables.agents.values().stream()
                    .filter(agent -> agent.operatorId().equals(operatorId) && agent.registeredSeq() > afterSeq)
                    .limit(agentsMax)
                    .toList();
        }
    }
}
