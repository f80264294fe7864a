package dev.agentkernel.api.messages;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.messages.SentMessage;
import tools.jackson.core.JsonGenerator;

/** The answer to a send. */
record AcceptedMessage(SentMessage message) implements JsonContent {

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("message_id", message.messageId().toString());
        json.writeStringProperty("from", message.from());
        json.writeStringProperty("to", message.to());
        json.writeStringProperty("timestamp", Timestamps.format(message.timestamp()));
        json.writeEndObject();
    }
}
