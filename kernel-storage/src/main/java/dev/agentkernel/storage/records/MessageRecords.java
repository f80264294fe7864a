package dev.agentkernel.storage.records;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.IdempotencyEntry;
import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.QueuedCopy;
import dev.agentkernel.core.messages.Route;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What the log keeps of messages that come and expire, and shows nobody. */
final class MessageRecords {

    private MessageRecords() {}

    static void writePrivate(JsonGenerator json, LogRecord.MessageSent r) {
        json.writeObjectPropertyStart("private");
        json.writeStringProperty("route", r.route().name());
        writeContext(json, r.context());
        IdempotencyEntry entry = r.idempotency();
        if (entry != null) {
            json.writeStringProperty("idempotency_key", UnicodeText.wellFormed(entry.key()));
            json.writeStringProperty("fingerprint", entry.fingerprint().toHex());
            json.writeStringProperty("idempotency_expires_at", entry.expiresAt().toString());
        }
        json.writeEndObject();
    }

    private static void writeContext(JsonGenerator json, MessageContext context) {
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

    static void writeData(JsonGenerator json, LogRecord.MessageExpired r) {
        json.writeStringProperty("message_id", r.messageId().toString());
        json.writeStringProperty("to", r.copy().recipient());
    }

    static void writePrivate(JsonGenerator json, LogRecord.MessageExpired r) {
        json.writeObjectPropertyStart("private");
        json.writeNumberProperty("message_seq", r.copy().seq());
        json.writeNumberProperty("message_bytes", r.copy().contentBytes());
        json.writeStringProperty("route", r.copy().route().name());
        json.writeBooleanProperty("waiting", r.copy().waiting());
        json.writeEndObject();
    }

    static LogRecord.MessageExpired readExpired(JsonFields data, JsonFields hidden) {
        return new LogRecord.MessageExpired(
                data.uuid("message_id"),
                new QueuedCopy(
                        data.text("to"),
                        hidden.number("message_seq"),
                        Route.valueOf(hidden.text("route")),
                        hidden.integer("message_bytes"),
                        hidden.flag("waiting")));
    }

    static LogRecord.MessageSent read(JsonFields data, JsonFields hidden) {
        return new LogRecord.MessageSent(
                data.uuid("message_id"),
                data.text("from"),
                data.text("to"),
                data.utf8("content"),
                context(hidden),
                Route.valueOf(hidden.text("route")),
                idempotency(hidden));
    }

    private static MessageContext context(JsonFields hidden) {
        return new MessageContext(
                hidden.has("correlation_id") ? hidden.utf8("correlation_id") : null,
                hidden.has("reply_to") ? hidden.uuid("reply_to") : null,
                hidden.has("ttl_seconds") ? Duration.ofSeconds(hidden.number("ttl_seconds")) : null);
    }

    private static @Nullable IdempotencyEntry idempotency(JsonFields hidden) {
        return hidden.has("idempotency_key")
                ? new IdempotencyEntry(
                        hidden.text("idempotency_key"),
                        hidden.hex("fingerprint"),
                        Instant.parse(hidden.text("idempotency_expires_at")))
                : null;
    }
}
