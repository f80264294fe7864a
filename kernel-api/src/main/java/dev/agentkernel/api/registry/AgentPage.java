package dev.agentkernel.api.registry;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.registry.RegistryPage;
import tools.jackson.core.JsonGenerator;

/** A page of agents, as the registry and operators see them. */
public record AgentPage(RegistryPage page) implements JsonContent {

    public static final int LIMIT_DEFAULT = 100;
    public static final int LIMIT_MAX = 1_000;

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeArrayPropertyStart("agents");
        page.agents().forEach(agent -> writeEntry(agent, json));
        json.writeEndArray();
        json.writeName("next_cursor");
        if (page.nextAfterSeq().isPresent()) {
            json.writeString(Cursors.afterSeq(page.nextAfterSeq().getAsLong()));
        } else {
            json.writeNull();
        }
        json.writeName("total");
        if (page.total() == null) {
            json.writeNull();
        } else {
            json.writeNumber(page.total());
        }
        json.writeEndObject();
    }

    static void writeEntry(AgentEntry agent, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("address", agent.address());
        json.writeStringProperty("registered_at", Timestamps.format(agent.registeredAt()));
        ProfileContent.writeProperty(agent.profile(), json);
        json.writeEndObject();
    }
}
