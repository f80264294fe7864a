package dev.agentkernel.api.agents;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.webhooks.AgentWebhooks;
import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What an agent is told of its webhook. */
final class WebhookContent {

    private WebhookContent() {}

    static JsonContent of(AgentWebhooks.Status status) {
        WebhookEndpoint endpoint = status.endpoint();
        WebhookHealth health = endpoint.health();
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("webhook_url", endpoint.url());
            json.writeNumberProperty("secret_version", endpoint.secretVersion());
            writeTime(json, "secret_rotated_at", endpoint.secretRotatedAt());
            json.writeStringProperty("circuit", status.circuit().wireName());
            writeTime(json, "open_until", health.openUntil());
            json.writeNumberProperty("failures_in_row", health.failuresInRow());
            writeTime(json, "last_delivered_at", health.lastDeliveredAt());
            json.writeArrayPropertyStart("attempts");
            health.attempts().forEach(attempt -> write(json, attempt));
            json.writeEndArray();
            json.writeEndObject();
        };
    }

    static JsonContent of(WebhookAttempt attempt) {
        return json -> write(json, attempt);
    }

    private static void write(JsonGenerator json, WebhookAttempt attempt) {
        json.writeStartObject();
        json.writeStringProperty("at", Timestamps.format(attempt.at()));
        json.writeStringProperty("message_id", attempt.messageId().toString());
        json.writeStringProperty("outcome", attempt.outcome());
        if (attempt.status() != 0) {
            json.writeNumberProperty("status", attempt.status());
        }
        json.writeEndObject();
    }

    private static void writeTime(JsonGenerator json, String name, @Nullable Instant time) {
        json.writeName(name);
        if (time == null) {
            json.writeNull();
        } else {
            json.writeString(Timestamps.format(time));
        }
    }
}
