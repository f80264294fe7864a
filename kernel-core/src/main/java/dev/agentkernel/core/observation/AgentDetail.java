package dev.agentkernel.core.observation;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.registry.AgentEntry;
import java.util.List;

/**
 * What is known of one agent.
 *
 * @param queue what waits for it
 * @param sendsTo its most frequent recipients
 * @param receivesFrom its most frequent senders
 * @param recentWrites its writes of state among the latest events, newest first
 */
public record AgentDetail(
        AgentEntry entry,
        AgentActivity activity,
        QueueDepth queue,
        List<AgentLink> sendsTo,
        List<AgentLink> receivesFrom,
        List<Event> recentWrites) {

    public AgentDetail {
        sendsTo = List.copyOf(sendsTo);
        receivesFrom = List.copyOf(receivesFrom);
        recentWrites = List.copyOf(recentWrites);
    }
}
