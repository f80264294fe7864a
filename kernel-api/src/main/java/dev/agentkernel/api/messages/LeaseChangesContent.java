package dev.agentkernel.api.messages;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.core.messages.LeaseChanges;
import java.util.List;
import java.util.UUID;
import tools.jackson.core.JsonGenerator;

/**
 * What became of the leases that a client named.
 *
 * @param verb what the list of those that did what was asked is called
 */
record LeaseChangesContent(String verb, LeaseChanges changes) implements JsonContent {

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        write(json, verb, changes.changed());
        write(json, "unknown", changes.unknown());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, List<UUID> ids) {
        json.writeArrayPropertyStart(name);
        ids.forEach(id -> json.writeString(id.toString()));
        json.writeEndArray();
    }
}
