package dev.agentkernel.core.storage;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.OperatorEntry;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads operators and agents. Every method throws {@link StorageException} if the storage is away. */
public interface RegistryStore {

    /** The agent of an address, if there is one; any text may be asked for. */
    Optional<AgentEntry> agent(String address);

    /** The operator of an id, if there is one. */
    Optional<OperatorEntry> operator(UUID operatorId);

    /**
     * Agents in the order of their registration, in time that does not depend on how many there are.
     *
     * @param afterSeq the registration seq that the page starts after; 0 for the first
     */
    List<AgentEntry> agentsAfter(long afterSeq, int agentsMax);

    /**
     * Agents with a tag in the order of their registration, in time that does not depend on how many have none.
     *
     * @param tag as {@link dev.agentkernel.core.registry.AgentProfile#comparable} makes it
     */
    List<AgentEntry> agentsTagged(String tag, long afterSeq, int agentsMax);

    /** Agents that say something about themselves in the order of their registration. */
    List<AgentEntry> agentsWithProfile(long afterSeq, int agentsMax);

    /** The addresses whose messages an agent refuses, in order; bounded by what an agent may block. */
    List<String> blockedBy(String address);

    /** How many agents there are; a counter, not a count. */
    long agentCount();

    /** The agents of one operator in the order of their registration. */
    List<AgentEntry> agentsOf(UUID operatorId, long afterSeq, int agentsMax);
}
