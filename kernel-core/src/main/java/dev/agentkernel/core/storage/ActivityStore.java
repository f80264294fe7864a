package dev.agentkernel.core.storage;

import dev.agentkernel.core.observation.AgentActivity;
import dev.agentkernel.core.observation.AgentLink;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Counts of what agents do, made from the log by one projector: behind it for a moment, and exact, since the counts are stored
 * with the place up to which they count. Every method throws {@link StorageException} if the storage is away.
 */
public interface ActivityStore {

    /** The seq of the last event that is counted; the log must keep every later one. */
    long position();

    /**
     * Counts the next events, each exactly once whatever crashes and whoever else counts at the same time.
     *
     * @return how many were counted; 0 when there are none, or another process is at it
     */
    int countNext(int eventsMax);

    /** The activity of each of these agents that has any. */
    Map<String, AgentActivity> activityOf(Collection<String> addresses);

    /** Who sends most to whom, in time that does not depend on how many do. */
    List<AgentLink> heaviestLinks(int linksMax);

    /** To whom an agent sends, most first. */
    List<AgentLink> linksFrom(String address, int linksMax);

    /** From whom an agent is sent messages, most first. */
    List<AgentLink> linksTo(String address, int linksMax);
}
