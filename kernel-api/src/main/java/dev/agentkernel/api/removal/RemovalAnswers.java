package dev.agentkernel.api.removal;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget.Kind;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** What is told of removals. */
final class RemovalAnswers {

    private RemovalAnswers() {}

    static JsonContent removed(Removal removal) {
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("status", "removed");
            writeWhat(removal, json);
            json.writeEndObject();
        };
    }

    private static void writeWhat(Removal removal, JsonGenerator json) {
        json.writeStringProperty("action", removal.target().kind().action());
        json.writeStringProperty(
                removal.target().kind() == Kind.STATE ? "key" : "message_id",
                removal.target().name());
        json.writeStringProperty("reason", removal.reason());
        json.writeStringProperty("content_hash", removal.contentHash().toHex());
    }

    /** A page of entries; one more than the page holds tells that there is another. */
    static JsonContent page(List<Removal> oneMore, int removalsMax, long total) {
        List<Removal> removals = oneMore.size() > removalsMax ? oneMore.subList(0, removalsMax) : oneMore;
        return json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("removals");
            for (Removal removal : removals) {
                json.writeStartObject();
                json.writeStringProperty("ts", Timestamps.format(removal.removedAt()));
                writeWhat(removal, json);
                json.writeStringProperty("performed_by", removal.performedBy());
                json.writeNumberProperty("number", removal.number());
                json.writeStringProperty("previous_hash", removal.previousHash().toHex());
                json.writeStringProperty("entry_hash", removal.entryHash().toHex());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringProperty(
                    "next_cursor",
                    oneMore.size() > removalsMax
                            ? Cursors.afterSeq(removals.getLast().number())
                            : null);
            json.writeNumberProperty("total", total);
            json.writeEndObject();
        };
    }
}
