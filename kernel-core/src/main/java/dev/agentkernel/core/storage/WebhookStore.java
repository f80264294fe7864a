package dev.agentkernel.core.storage;

import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookOutbox.WaitingAgents;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads webhooks and what waits for them. Every method throws {@link StorageException} if the storage is away. */
public interface WebhookStore {

    /**
     * Agents for whom messages wait on the push route, each once, in an order that does not change, also such agents as have no
     * webhook any more; in time that does not depend on how many messages wait.
     *
     * @param from where the page begins, as the page before said; {@code null} for the first
     */
    WaitingAgents waiting(@Nullable String from, int agentsMax);

    /** The endpoints of those of the agents that have a webhook, in no particular order. */
    List<WebhookEndpoint> endpoints(Collection<String> addresses);

    /**
     * Endpoints in the order of their agents' registration.
     *
     * @param afterSeq the registration seq that the page starts after; 0 for the first
     */
    List<WebhookEndpoint> endpointsAfter(long afterSeq, int endpointsMax);
}
