package dev.agentkernel.api.messages;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.core.messages.Deliveries;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.messages.TakenMessages;
import java.util.List;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;

/**
 * Messages on their way to their recipient.
 *
 * @param contentBytes of all of them together
 */
record TakenContent<M>(List<M> messages, BiConsumer<M, JsonGenerator> writer, long contentBytes, long remaining)
        implements JsonContent {

    static TakenContent<QueuedMessage> of(TakenMessages taken) {
        return new TakenContent<>(taken.messages(), MessageJson::write, bytesOf(taken.messages()), taken.remaining());
    }

    static TakenContent<Delivery> of(Deliveries leased) {
        List<QueuedMessage> messages =
                leased.deliveries().stream().map(Delivery::message).toList();
        return new TakenContent<>(leased.deliveries(), MessageJson::write, bytesOf(messages), leased.remaining());
    }

    private static long bytesOf(List<QueuedMessage> messages) {
        long bytes = 0;
        for (QueuedMessage message : messages) {
            bytes += message.content().size();
        }
        return bytes;
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeArrayPropertyStart("messages");
        messages.forEach(message -> writer.accept(message, json));
        json.writeEndArray();
        json.writeNumberProperty("remaining", remaining);
        json.writeEndObject();
    }
}
