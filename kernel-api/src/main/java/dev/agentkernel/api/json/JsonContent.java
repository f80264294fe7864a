package dev.agentkernel.api.json;

import tools.jackson.core.JsonGenerator;

/** Something that can be written as one JSON value, as often as asked and the same each time. */
@FunctionalInterface
public interface JsonContent {

    void writeTo(JsonGenerator json);
}
