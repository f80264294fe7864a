package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookTestCall;
import dev.agentkernel.webhooks.WebhookUrlGuard;
import dev.agentkernel.webhooks.exchange.WebhookExchange;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The calling of endpoints, for the worker and for agents that test their own. */
public final class WebhookCalls implements WebhookTestCall {

    /** Tests at once: each holds the thread of a request for as long as an exchange takes. */
    private static final int TESTS_MAX = 16;

    private final EndpointCalls calls;
    private final InstantSource clock;
    private final Semaphore tests = new Semaphore(TESTS_MAX);

    public WebhookCalls(WebhookUrlGuard guard, WebhookExchange exchange, InstantSource clock) {
        this.calls = new EndpointCalls(guard, exchange, clock);
        this.clock = clock;
    }

    EndpointCalls calls() {
        return calls;
    }

    @Override
    public Optional<WebhookAttempt> call(WebhookEndpoint endpoint, List<ByteString> keys, QueuedMessage message) {
        if (!tests.tryAcquire()) {
            return Optional.empty();
        }
        try {
            Answer answer = calls.call(endpoint, keys, message, () -> {});
            return Optional.of(answer.attempt(clock.instant(), message.messageId()));
        } finally {
            tests.release();
        }
    }
}
