package dev.agentkernel.api.agents;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.api.registry.ProfileContent;
import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.RegisteredAgent;
import dev.agentkernel.core.registry.Webhook;
import java.util.List;

/** What is told of agents beyond the registry. */
final class AgentAnswers {

    private AgentAnswers() {}

    static JsonContent registered(RegisteredAgent agent) {
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("agent_address", agent.address());
            json.writeStringProperty("agent_token", agent.token());
            if (agent.webhookSecret() != null) {
                json.writeStringProperty("webhook_secret", agent.webhookSecret());
            }
            json.writeEndObject();
        };
    }

    static JsonContent token(String token) {
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("agent_token", token);
            json.writeEndObject();
        };
    }

    static JsonContent webhook(Webhook webhook) {
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("webhook_url", webhook.url());
            json.writeStringProperty("webhook_secret", webhook.secret());
            json.writeEndObject();
        };
    }

    static JsonContent blocks(List<String> addresses) {
        return json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("blocks");
            addresses.forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        };
    }

    static JsonContent self(AgentEntry agent) {
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("address", agent.address());
            json.writeStringProperty("registered_at", Timestamps.format(agent.registeredAt()));
            json.writeStringProperty("webhook_url", agent.webhookUrl());
            json.writeStringProperty("operator_id", agent.operatorId().toString());
            ProfileContent.writeProperty(agent.profile(), json);
            json.writeEndObject();
        };
    }
}
