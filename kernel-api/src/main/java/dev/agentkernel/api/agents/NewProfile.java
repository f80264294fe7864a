package dev.agentkernel.api.agents;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.core.registry.AgentProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code PUT /v1/agents/me/profile}; what is missing is nothing. */
record NewProfile(@Nullable String name, @Nullable String description, List<String> tags) {

    static NewProfile read(JsonFields fields) {
        String name = null;
        String description = null;
        List<String> tags = List.of();
        while (fields.next()) {
            switch (fields.name()) {
                case "name" -> name = fields.textOrNull();
                case "description" -> description = fields.textOrNull();
                case "tags" -> tags = fields.textsOrNone(AgentProfile.TAGS_MAX);
                default -> {}
            }
        }
        return new NewProfile(name, description, tags);
    }

    AgentProfile checked() {
        return AgentProfile.checked(name, description, tags);
    }
}
