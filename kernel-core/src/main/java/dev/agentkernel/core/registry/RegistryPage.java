package dev.agentkernel.core.registry;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A page of agents, oldest first. Of a search it may hold fewer than there is room for, or none, and still not be the last.
 *
 * @param nextAfterSeq where the next page starts; empty at the end
 * @param total of all agents; {@code null} for a search, whose matches are not counted
 */
public record RegistryPage(
        List<AgentEntry> agents,
        OptionalLong nextAfterSeq,
        @Nullable Long total) {

    public RegistryPage {
        agents = List.copyOf(agents);
    }
}
