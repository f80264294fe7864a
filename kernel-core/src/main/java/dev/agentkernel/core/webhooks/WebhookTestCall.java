package dev.agentkernel.core.webhooks;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.messages.QueuedMessage;
import java.util.List;
import java.util.Optional;

/** Calls an endpoint once, for somebody who waits for the result. */
@FunctionalInterface
public interface WebhookTestCall {

    /** What came of it; nothing when too many others are called at this moment. Blocks for as long as an exchange may take. */
    Optional<WebhookAttempt> call(WebhookEndpoint endpoint, List<ByteString> keys, QueuedMessage message);
}
