package dev.agentkernel.core.registry;

import java.util.List;
import java.util.OptionalLong;

/**
 * A page of agents, oldest first.
 *
 * @param nextAfterSeq where the next page starts; empty at the end
 * @param total of all agents
 */
public record RegistryPage(List<AgentEntry> agents, OptionalLong nextAfterSeq, long total) {

    public RegistryPage {
        agents = List.copyOf(agents);
    }
}
