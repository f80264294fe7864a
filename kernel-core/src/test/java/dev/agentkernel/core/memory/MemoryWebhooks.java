package dev.agentkernel.core.memory;

import dev.agentkernel.core.storage.WebhookStore;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookOutbox.WaitingAgents;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits to be pushed, and to where. Guarded by the monitor of the tables, as all of the storage. */
final class MemoryWebhooks implements WebhookStore {

    private final MemoryTables tables;

    MemoryWebhooks(MemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public WaitingAgents waiting(@Nullable String from, int agentsMax) {
        synchronized (tables) {
            return tables.waitingToBePushed(from, agentsMax);
        }
    }

    @Override
    public List<WebhookEndpoint> endpoints(Collection<String> addresses) {
        synchronized (tables) {
            return tables.endpoints()
                    .filter(endpoint -> addresses.contains(endpoint.address()))
                    .toList();
        }
    }

    @Override
    public List<WebhookEndpoint> endpointsAfter(long afterSeq, int endpointsMax) {
        synchronized (tables) {
            return tables.endpoints()
                    .filter(endpoint -> endpoint.registeredSeq() > afterSeq)
                    .limit(endpointsMax)
                    .toList();
        }
    }
}
