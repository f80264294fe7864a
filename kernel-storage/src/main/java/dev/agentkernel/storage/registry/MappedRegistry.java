package dev.agentkernel.storage.registry;

import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.core.storage.RegistryStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What is read of the registry through the mapper: all of {@link RegistryStore} but the look-ups of {@link PointReadRegistryStore}. */
public interface MappedRegistry {

    /** As {@link RegistryStore#operator}. */
    Optional<OperatorEntry> operator(UUID operatorId);

    /** As {@link RegistryStore#agentsAfter}. */
    List<AgentEntry> agentsAfter(long afterSeq, int agentsMax);

    /** As {@link RegistryStore#agentsTagged}. */
    List<AgentEntry> agentsTagged(String tag, long afterSeq, int agentsMax);

    /** As {@link RegistryStore#agentsWithProfile}. */
    List<AgentEntry> agentsWithProfile(long afterSeq, int agentsMax);

    /** As {@link RegistryStore#blockedBy}. */
    List<String> blockedBy(String address);

    /** As {@link RegistryStore#agentsOf}. */
    List<AgentEntry> agentsOf(UUID operatorId, long afterSeq, int agentsMax);
}
