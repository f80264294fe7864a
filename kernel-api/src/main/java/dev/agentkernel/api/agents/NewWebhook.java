package dev.agentkernel.api.agents;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.core.RefusedException;

/** The body of {@code PUT /v1/agents/me/webhook}. */
record NewWebhook(String url) {

    static NewWebhook read(JsonFields fields) {
        String url = null;
        while (fields.next()) {
            if (fields.name().equals("webhook_url")) {
                url = fields.text();
            }
        }
        String given = fields.required("webhook_url", url);
        if (given.isEmpty()) {
            throw RefusedException.badRequest("'webhook_url' must not be empty; DELETE turns the webhook off.");
        }
        return new NewWebhook(given);
    }
}
