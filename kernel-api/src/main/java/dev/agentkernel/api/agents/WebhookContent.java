package dev.agentkernel.api.agents;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.core.webhooks.AgentWebhooks;
import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookEndpoint;

/** What an agent is told of its webhook. */
final class WebhookContent {

    private WebhookContent() {}

    static JsonContent of(AgentWebhooks.Status status) {
        WebhookEndpoint endpoint = status.endpoint();
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("webhook_url", endpoint.url());
            json.writeNumberProperty("secret_version", endpoint.secretVersion());
            WebhookHealthContent.writeTime(json, "secret_rotated_at", endpoint.secretRotatedAt());
            WebhookHealthContent.write(status, json);
            json.writeEndObject();
        };
    }

    static JsonContent of(WebhookAttempt attempt) {
        return json -> WebhookHealthContent.write(attempt, json);
    }
}
