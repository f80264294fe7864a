package dev.agentkernel.storage.records;

import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.QueuedCopy;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.removal.RemovalTarget.Kind;
import java.time.Instant;
import tools.jackson.core.JsonGenerator;

/** The JSON form of {@link LogRecord.ContentRemoved}. */
final class RemovalRecords {

    private RemovalRecords() {}

    static void writeData(JsonGenerator json, Removal removal) {
        json.writeNumberProperty("number", removal.number());
        json.writeStringProperty("action", removal.target().kind().action());
        json.writeStringProperty(
                removal.target().kind() == Kind.STATE ? "key" : "message_id",
                UnicodeText.wellFormed(removal.target().name()));
        json.writeStringProperty("reason", UnicodeText.wellFormed(removal.reason()));
        json.writeStringProperty("performed_by", UnicodeText.wellFormed(removal.performedBy()));
        json.writeStringProperty("content_hash", removal.contentHash().toHex());
        json.writeStringProperty("removed_at", removal.removedAt().toString());
        json.writeStringProperty("previous_hash", removal.previousHash().toHex());
        json.writeStringProperty("entry_hash", removal.entryHash().toHex());
    }

    static void writePrivate(JsonGenerator json, LogRecord.ContentRemoved r) {
        json.writeObjectPropertyStart("private");
        json.writeNumberProperty("content_seq", r.contentSeq());
        json.writeNumberProperty("previous_bytes", r.previousValueBytes());
        QueuedCopy copy = r.copy();
        if (copy != null) {
            json.writeStringProperty("recipient", copy.recipient());
            json.writeNumberProperty("message_seq", copy.seq());
            json.writeStringProperty("route", copy.route().name());
            json.writeNumberProperty("message_bytes", copy.contentBytes());
            json.writeBooleanProperty("waiting", copy.waiting());
        }
        json.writeEndObject();
    }

    static LogRecord.ContentRemoved read(JsonFields data, JsonFields hidden) {
        RemovalTarget target = data.has("key")
                ? new RemovalTarget(Kind.STATE, data.text("key"))
                : new RemovalTarget(Kind.MESSAGE, data.text("message_id"));
        Removal removal = new Removal(
                data.number("number"),
                target,
                data.text("reason"),
                data.text("performed_by"),
                data.hex("content_hash"),
                Instant.parse(data.text("removed_at")),
                data.hex("previous_hash"),
                data.hex("entry_hash"));
        QueuedCopy copy = hidden.has("recipient")
                ? new QueuedCopy(
                        hidden.text("recipient"),
                        hidden.number("message_seq"),
                        Route.valueOf(hidden.text("route")),
                        hidden.integer("message_bytes"),
                        hidden.flag("waiting"))
                : null;
        return new LogRecord.ContentRemoved(
                removal, hidden.number("content_seq"), hidden.integer("previous_bytes"), copy);
    }
}
