package dev.agentkernel.core.webhooks;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.messages.Delivery;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be pushed, for whoever delivers it. Of each agent one message at a time is on its way, over all processes, so that
 * the order of its messages is kept.
 *
 * <p>Reads throw {@link dev.agentkernel.core.storage.StorageException} while the storage is away, claims a {@link
 * dev.agentkernel.core.RefusedException} while too much waits to be committed. What ends a delivery never throws for either: it is
 * done as soon as it can be, and if the process ends before, the message is delivered again.
 */
public interface WebhookOutbox {

    /** Agents for whom messages wait on the push route; the next page begins at {@code next}, unless it is {@code null}. */
    record WaitingAgents(List<String> addresses, @Nullable String next) {}

    /**
     * Looks at everything that waits, page by page, in time that does not depend on how much that is.
     *
     * @param from where the page begins, {@code null} for the first
     */
    WaitingAgents waiting(@Nullable String from, int agentsMax);

    /** The endpoints of those agents that have one, by address. */
    Map<String, WebhookEndpoint> endpoints(Collection<String> addresses);

    /** The keys that sign for an endpoint now, the newest first. */
    List<ByteString> signingKeys(WebhookEndpoint endpoint);

    /** Takes the agent's oldest message in hand, unless one is in somebody's hands already. */
    Optional<Delivery> claim(String address, Duration lease);

    /** The message was answered 2xx. The health is noted with it, unless it is {@code null}. */
    void delivered(WebhookEndpoint endpoint, Delivery delivery, @Nullable WebhookHealth health);

    /** Another attempt is made later; until then no other message of the agent is pushed. */
    void retryLater(WebhookEndpoint endpoint, Delivery delivery, Duration delay, WebhookHealth health);

    /** The message waits to be pulled from now on, and if the circuit is open now, so does all that waits behind it. */
    void handOver(WebhookEndpoint endpoint, Delivery delivery, WebhookHealth health);

    /** Everything that waits to be pushed to the agent waits to be pulled from now on, in order. Returns how many messages. */
    int handOverWaiting(String address);

    /** Turns the webhook off, unless it was changed meanwhile, and hands over the message and what waits behind it. */
    void turnOff(WebhookEndpoint endpoint, Delivery delivery);
}
