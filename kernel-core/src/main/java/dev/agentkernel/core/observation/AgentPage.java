package dev.agentkernel.core.observation;

import dev.agentkernel.core.registry.AgentEntry;
import java.util.List;
import java.util.OptionalLong;

/**
 * A page of agents with their activity, oldest first.
 *
 * @param nextAfterSeq where the next page starts; empty at the end
 * @param total how many agents there are
 */
public record AgentPage(List<Watched> agents, OptionalLong nextAfterSeq, long total) {

    /** An agent and what it has done. */
    public record Watched(AgentEntry entry, AgentActivity activity) {}

    public AgentPage {
        agents = List.copyOf(agents);
    }
}
