package dev.agentkernel.api.messages;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.messages.TakenMessages;
import tools.jackson.core.JsonGenerator;

/** Taken messages, with their contents byte for byte. */
record TakenContent(TakenMessages taken) implements JsonContent {

    long contentBytes() {
        long bytes = 0;
        for (QueuedMessage message : taken.messages()) {
            bytes += message.content().size();
        }
        return bytes;
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeArrayPropertyStart("messages");
        taken.messages().forEach(message -> write(message, json));
        json.writeEndArray();
        json.writeNumberProperty("remaining", taken.remaining());
        json.writeEndObject();
    }

    private static void write(QueuedMessage message, JsonGenerator json) {
        ByteString content = message.content();
        json.writeStartObject();
        json.writeStringProperty("message_id", message.messageId().toString());
        json.writeStringProperty("from", message.from());
        json.writeStringProperty("to", message.to());
        json.writeName("content");
        json.writeUTF8String(content.unsafeArray(), 0, content.size());
        json.writeStringProperty("timestamp", Timestamps.format(message.timestamp()));
        json.writeEndObject();
    }
}
