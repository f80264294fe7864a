package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.webhooks.Verdict;
import dev.agentkernel.webhooks.WebhookSignature;
import dev.agentkernel.webhooks.WebhookUrlGuard;
import dev.agentkernel.webhooks.delivery.Slots.Standing;
import dev.agentkernel.webhooks.exchange.Reply;
import dev.agentkernel.webhooks.exchange.WebhookExchange;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Calls an endpoint once: checks its URL anew, signs, posts, and reads what the answer means. */
final class EndpointCalls {

    private static final String URL_REFUSED = "url_refused";
    private static final String HTTP_STATUS = "http_status";

    private final WebhookUrlGuard guard;
    private final WebhookExchange exchange;
    private final InstantSource clock;

    EndpointCalls(WebhookUrlGuard guard, WebhookExchange exchange, InstantSource clock) {
        this.guard = guard;
        this.exchange = exchange;
        this.clock = clock;
    }

    /**
     * Calls it.
     *
     * @param beforeExchange runs when nothing but the receiver can take long any more
     */
    Answer call(WebhookEndpoint endpoint, List<ByteString> keys, QueuedMessage message, Runnable beforeExchange) {
        return switch (verdictOn(endpoint)) {
            case Verdict.Refused refused -> new Answer(0, URL_REFUSED, null);
            case Verdict.Allowed allowed -> {
                beforeExchange.run();
                yield answerOf(exchange.post(allowed, signed(keys, message)));
            }
        };
    }

    private Verdict verdictOn(WebhookEndpoint endpoint) {
        return Standing.of(endpoint.health()) == Standing.PROVEN
                ? guard.checkProven(endpoint.url())
                : guard.check(endpoint.url());
    }

    private WebhookExchange.Request signed(List<ByteString> keys, QueuedMessage message) {
        byte[] body = Payload.of(message);
        String id = message.messageId().toString();
        Instant now = clock.instant();
        List<byte[]> secrets = keys.stream().map(ByteString::unsafeArray).toList();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("webhook-id", id);
        fields.put("webhook-timestamp", Long.toString(now.getEpochSecond()));
        fields.put("webhook-signature", WebhookSignature.of(secrets, id, now, body));
        return new WebhookExchange.Request(fields, ByteString.wrap(body));
    }

    private static Answer answerOf(Reply reply) {
        return switch (reply) {
            case Reply.Answered(int status, String retryAfter) ->
                status < 300 ? new Answer(status, null, null) : new Answer(status, HTTP_STATUS, retryAfter);
            case Reply.Failed(Reply.Fault fault) -> new Answer(0, fault.name().toLowerCase(Locale.ROOT), null);
        };
    }
}
