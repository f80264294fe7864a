package dev.agentkernel.core.webhooks;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.registry.WebhookSecrets;
import dev.agentkernel.core.storage.WebhookStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** What agents and observers see of webhooks. */
public final class AgentWebhooks {

    private static final ByteString TEST_CONTENT =
            ByteString.wrap("This is a test of your webhook.".getBytes(StandardCharsets.UTF_8));

    private final WebhookStore store;
    private final WebhookSecrets secrets;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /**
     * Makes the view.
     *
     * @param ids gives version 7 UUIDs
     */
    public AgentWebhooks(WebhookStore store, WebhookSecrets secrets, InstantSource clock, Supplier<UUID> ids) {
        this.store = store;
        this.secrets = secrets;
        this.clock = clock;
        this.ids = ids;
    }

    /** An endpoint and its circuit at this moment. */
    public record Status(WebhookEndpoint endpoint, Circuit circuit) {}

    /**
     * The caller's webhook.
     *
     * @throws RefusedException {@code not_found} if it has none
     */
    public Status statusOf(AgentCaller caller) {
        return status(endpointOf(caller), clock.instant());
    }

    /** Webhooks in the order of their agents' registration, after a registration seq. */
    public List<Status> statusesAfter(long afterSeq, int endpointsMax) {
        Instant now = clock.instant();
        return store.endpointsAfter(afterSeq, endpointsMax).stream()
                .map(endpoint -> status(endpoint, now))
                .toList();
    }

    private static Status status(WebhookEndpoint endpoint, Instant now) {
        return new Status(endpoint, Circuit.of(endpoint.health(), now));
    }

    private WebhookEndpoint endpointOf(AgentCaller caller) {
        return store.endpoints(List.of(caller.address())).stream()
                .findFirst()
                .orElseThrow(() -> new RefusedException(ErrorCode.NOT_FOUND, "This agent has no webhook."));
    }

    /**
     * Calls the caller's webhook with a message that is in no queue and leaves no trace: neither in the log nor in the endpoint's
     * health. Blocks for as long as an exchange may take.
     *
     * @throws RefusedException {@code not_found} if it has none, {@code unavailable} while too many others are tested
     */
    public WebhookAttempt test(AgentCaller caller, WebhookTestCall call) {
        WebhookEndpoint endpoint = endpointOf(caller);
        Instant now = clock.instant();
        List<ByteString> keys =
                secrets.signingKeys(endpoint.address(), endpoint.secretVersion(), endpoint.secretRotatedAt(), now);
        QueuedMessage message = new QueuedMessage(0, ids.get(), caller.address(), caller.address(), TEST_CONTENT, now);
        return call.call(endpoint, keys, message)
                .orElseThrow(() -> RefusedException.temporary(
                        ErrorCode.UNAVAILABLE,
                        "Too many webhooks are tested at this moment; try again.",
                        Duration.ofSeconds(5)));
    }
}
