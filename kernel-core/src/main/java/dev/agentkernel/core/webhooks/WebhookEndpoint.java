package dev.agentkernel.core.webhooks;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent's messages are pushed to.
 *
 * @param operatorId whose agent it is
 * @param registeredSeq orders endpoints: the seq of the agent's registration
 * @param secretVersion of the secret that signs; a new one with every change of the webhook, so that it names this one
 * @param secretRotatedAt when that secret took the place of the one before, which signs as well for a while; {@code null} when it
 *     took nobody's
 * @param due whether a message waits to be pushed and none is on its way or resting before another attempt
 */
public record WebhookEndpoint(
        String address,
        UUID operatorId,
        long registeredSeq,
        String url,
        int secretVersion,
        @Nullable Instant secretRotatedAt,
        WebhookHealth health,
        boolean due) {

    /** Without the URL, which is nobody's business. */
    @Override
    public String toString() {
        return "WebhookEndpoint[" + address + "]";
    }
}
