package dev.agentkernel.api.agents;

import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.webhooks.AgentWebhooks;
import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** How a webhook fares, as it is told to its agent and to observers: nothing of it names the receiver. */
public final class WebhookHealthContent {

    private WebhookHealthContent() {}

    /** Writes the properties into an open object. */
    public static void write(AgentWebhooks.Status status, JsonGenerator json) {
        WebhookHealth health = status.endpoint().health();
        json.writeStringProperty("circuit", status.circuit().wireName());
        writeTime(json, "open_until", health.openUntil());
        json.writeNumberProperty("failures_in_row", health.failuresInRow());
        writeTime(json, "last_delivered_at", health.lastDeliveredAt());
        json.writeArrayPropertyStart("attempts");
        health.attempts().forEach(attempt -> write(attempt, json));
        json.writeEndArray();
    }

    static void write(WebhookAttempt attempt, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("at", Timestamps.format(attempt.at()));
        json.writeStringProperty("message_id", attempt.messageId().toString());
        json.writeStringProperty("outcome", attempt.outcome());
        if (attempt.status() != 0) {
            json.writeNumberProperty("status", attempt.status());
        }
        json.writeEndObject();
    }

    static void writeTime(JsonGenerator json, String name, @Nullable Instant time) {
        json.writeName(name);
        if (time == null) {
            json.writeNull();
        } else {
            json.writeString(Timestamps.format(time));
        }
    }
}
