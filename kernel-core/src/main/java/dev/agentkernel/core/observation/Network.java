package dev.agentkernel.core.observation;

import java.util.List;

/**
 * Who talks to whom, as far as the heaviest links go.
 *
 * @param nodes the agents at either end of a link
 * @param links the most used first
 */
public record Network(List<AgentActivity> nodes, List<AgentLink> links) {

    public Network {
        nodes = List.copyOf(nodes);
        links = List.copyOf(links);
    }
}
