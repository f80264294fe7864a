package dev.agentkernel.api.state;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.core.state.StateChange;
import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.state.StateKeyPage;
import dev.agentkernel.core.state.StateTotals;

/** What is told of the shared state. */
public final class StateAnswers {

    private StateAnswers() {}

    /** A key with its value. */
    public static JsonContent entry(StateEntry entry) {
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("key", entry.key());
            json.writeName("value");
            json.writeUTF8String(entry.value().unsafeArray(), 0, entry.value().size());
            json.writeStringProperty("last_modified_by", entry.lastModifiedBy());
            json.writeStringProperty("last_modified_at", Timestamps.format(entry.lastModifiedAt()));
            if (entry.redactedReason() != null) {
                json.writeBooleanProperty("redacted", true);
                json.writeStringProperty("reason", entry.redactedReason());
            }
            json.writeEndObject();
        };
    }

    static JsonContent written(StateChange change) {
        return change(change, "written_by", "written_at");
    }

    static JsonContent deleted(StateChange change) {
        return change(change, "deleted_by", "deleted_at");
    }

    private static JsonContent change(StateChange change, String by, String at) {
        return json -> {
            json.writeStartObject();
            json.writeStringProperty("key", change.key());
            json.writeStringProperty(by, change.changedBy());
            json.writeStringProperty(at, Timestamps.format(change.changedAt()));
            json.writeEndObject();
        };
    }

    static JsonContent page(StateKeyPage page) {
        String next = page.nextAfterKey();
        return json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("keys");
            page.keys().forEach(json::writeString);
            json.writeEndArray();
            json.writeStringProperty("next_cursor", next == null ? null : Cursors.afterKey(next));
            json.writeNumberProperty("total", page.total());
            json.writeEndObject();
        };
    }

    static JsonContent capacity(StateTotals totals, long capacityBytes) {
        return json -> {
            json.writeStartObject();
            json.writeNumberProperty("used_bytes", totals.usedBytes());
            json.writeNumberProperty("total_bytes", capacityBytes);
            json.writeNumberProperty("key_count", totals.keyCount());
            json.writeEndObject();
        };
    }
}
