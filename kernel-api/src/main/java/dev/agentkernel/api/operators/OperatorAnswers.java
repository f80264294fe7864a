package dev.agentkernel.api.operators;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.registry.OperatorEntry;
import dev.agentkernel.core.registry.RegisteredOperator;

/** What operators are told. */
final class OperatorAnswers {

    private OperatorAnswers() {}

    static JsonContent registered(RegisteredOperator operator) {
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("operator_id", operator.operatorId().toString());
            json.writeStringProperty("api_key", operator.apiKey());
            json.writeEndObject();
        };
    }

    static JsonContent operator(OperatorEntry operator) {
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("operator_id", operator.operatorId().toString());
            json.writeStringProperty("created_at", Timestamps.format(operator.createdAt()));
            json.writeNumberProperty("agent_count", operator.agentCount());
            json.writeEndObject();
        };
    }

    static JsonContent key(String key) {
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("api_key", key);
            json.writeEndObject();
        };
    }
}
