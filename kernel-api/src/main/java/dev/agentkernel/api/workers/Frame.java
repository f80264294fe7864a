package dev.agentkernel.api.workers;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.JsonText;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.api.messages.MessageJson;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.LeaseChanges;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.workers.WorkerSession;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What the kernel says in one frame. */
sealed interface Frame extends JsonContent {

    /** The frame as it goes out. */
    default byte[] utf8() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(bytesExpected());
        JsonText.write(this, bytes);
        return bytes.toByteArray();
    }

    default int bytesExpected() {
        return 256;
    }

    /** The first frame. */
    record Hello(WorkerSession session) implements Frame {
        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            json.writeStringProperty("type", "hello");
            json.writeStringProperty("worker_id", session.workerId());
            json.writeStringProperty("session_id", session.id().toString());
            json.writeNumberProperty("credit", session.credit());
            json.writeEndObject();
        }
    }

    /** A message, in the client's hands from now on. */
    record Handed(Delivery delivery) implements Frame {

        @Override
        public int bytesExpected() {
            return 512 + delivery.message().content().size();
        }

        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            json.writeStringProperty("type", "message");
            json.writeName("message");
            MessageJson.write(delivery, json);
            json.writeEndObject();
        }
    }

    /** A send was accepted. */
    record Sent(@Nullable String ref, SentMessage message) implements Frame {
        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            json.writeStringProperty("type", "sent");
            writeRef(json, ref);
            json.writeStringProperty("message_id", message.messageId().toString());
            json.writeStringProperty("timestamp", Timestamps.format(message.timestamp()));
            json.writeEndObject();
        }
    }

    /** What became of an acknowledgement. */
    record Acked(LeaseChanges changes) implements Frame {
        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            json.writeStringProperty("type", "acked");
            writeIds(json, "message_ids", changes.changed());
            writeIds(json, "unknown", changes.unknown());
            json.writeEndObject();
        }

        private static void writeIds(JsonGenerator json, String name, List<UUID> ids) {
            json.writeArrayPropertyStart(name);
            ids.forEach(id -> json.writeString(id.toString()));
            json.writeEndArray();
        }
    }

    /** What a frame asked for is refused. */
    record Refused(@Nullable String ref, RefusedException refusal) implements Frame {
        @Override
        public void writeTo(JsonGenerator json) {
            json.writeStartObject();
            json.writeStringProperty("type", "error");
            writeRef(json, ref);
            json.writeStringProperty("error", refusal.code().wireName());
            json.writeStringProperty("message", refusal.sentence());
            refusal.retryAfter()
                    .ifPresent(wait -> json.writeNumberProperty("retry_after", Timestamps.wholeSeconds(wait)));
            json.writeEndObject();
        }
    }

    private static void writeRef(JsonGenerator json, @Nullable String ref) {
        if (ref != null) {
            json.writeStringProperty("ref", ref);
        }
    }
}
