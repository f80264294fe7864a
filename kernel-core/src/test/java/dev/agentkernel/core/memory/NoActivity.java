package dev.agentkernel.core.memory;

import dev.agentkernel.core.observation.AgentActivity;
import dev.agentkernel.core.observation.AgentLink;
import dev.agentkernel.core.storage.ActivityStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Nothing is ever counted. */
public class NoActivity implements ActivityStore {

    @Override
    public long position() {
        return 0;
    }

    @Override
    public int countNext(int eventsMax) {
        return 0;
    }

    @Override
    public Map<String, AgentActivity> activityOf(Collection<String> addresses) {
        return Map.of();
    }

    @Override
    public List<AgentLink> heaviestLinks(int linksMax) {
        return List.of();
    }

    @Override
    public List<AgentLink> linksFrom(String address, int linksMax) {
        return List.of();
    }

    @Override
    public List<AgentLink> linksTo(String address, int linksMax) {
        return List.of();
    }
}
