package dev.agentkernel.api.registry;

import dev.agentkernel.core.registry.AgentProfile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What an agent says about itself, as it is told. */
public final class ProfileContent {

    private ProfileContent() {}

    /** Writes a property {@code profile}: an object, or null when nothing is said. */
    public static void writeProperty(@Nullable AgentProfile profile, JsonGenerator json) {
        json.writeName("profile");
        if (profile == null) {
            json.writeNull();
        } else {
            write(profile, json);
        }
    }

    /** Writes the object. */
    public static void write(AgentProfile profile, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("name", profile.name());
        json.writeStringProperty("description", profile.description());
        json.writeArrayPropertyStart("tags");
        profile.tags().forEach(json::writeString);
        json.writeEndArray();
        json.writeEndObject();
    }
}
