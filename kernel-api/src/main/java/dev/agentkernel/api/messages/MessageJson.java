package dev.agentkernel.api.messages;

import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.messages.DeadLetter;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.QueuedMessage;
import tools.jackson.core.JsonGenerator;

/** A message as its recipient sees it, with its content byte for byte. */
public final class MessageJson {

    private MessageJson() {}

    /** Writes a message that is the recipient's for good. */
    public static void write(QueuedMessage message, JsonGenerator json) {
        json.writeStartObject();
        writeFields(message, json);
        json.writeEndObject();
    }

    /** Writes a message that the recipient is to acknowledge. */
    public static void write(Delivery delivery, JsonGenerator json) {
        json.writeStartObject();
        writeFields(delivery.message(), json);
        json.writeNumberProperty("attempt", delivery.attempt());
        json.writeStringProperty("lease_id", delivery.leaseId().toString());
        json.writeStringProperty("leased_until", Timestamps.format(delivery.leasedUntil()));
        json.writeEndObject();
    }

    /** Writes a message that is among the recipient's dead letters. */
    static void write(DeadLetter letter, JsonGenerator json) {
        json.writeStartObject();
        writeFields(letter.message(), json);
        json.writeNumberProperty("attempts", letter.attempts());
        json.writeEndObject();
    }

    private static void writeFields(QueuedMessage message, JsonGenerator json) {
        ByteString content = message.content();
        json.writeStringProperty("message_id", message.messageId().toString());
        json.writeStringProperty("from", message.from());
        json.writeStringProperty("to", message.to());
        json.writeName("content");
        json.writeUTF8String(content.unsafeArray(), 0, content.size());
        json.writeStringProperty("timestamp", Timestamps.format(message.timestamp()));
        writeFields(message.context(), json);
    }

    private static void writeFields(MessageContext context, JsonGenerator json) {
        ByteString correlationId = context.correlationId();
        if (correlationId != null) {
            json.writeName("correlation_id");
            json.writeUTF8String(correlationId.unsafeArray(), 0, correlationId.size());
        }
        if (context.replyTo() != null) {
            json.writeStringProperty("reply_to", context.replyTo().toString());
        }
        if (context.timeToLive() != null) {
            json.writeNumberProperty("ttl_seconds", context.timeToLive().toSeconds());
        }
    }
}
