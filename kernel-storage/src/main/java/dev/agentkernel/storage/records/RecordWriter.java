package dev.agentkernel.storage.records;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.registry.AgentProfile;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes records as JSON. A line is {@code {"seq","ts","type","agent","data","private"}}: everything but {@code private} is the
 * public event. A record that is private as a whole has only {@code ts} and {@code private}.
 */
public final class RecordWriter {

    private static final JsonFactory LINES =
            JsonFactory.builder().rootValueSeparator("\n").build();

    private RecordWriter() {}

    /** Writes records as lines, each ended by a line feed; the stream stays open. */
    public static void writeLines(List<StampedRecord> records, OutputStream out) {
        if (records.isEmpty()) {
            return;
        }
        Instant lastTime = null;
        String lastTimeText = "";
        try (JsonGenerator json = LINES.createGenerator(ObjectWriteContext.empty(), new Unclosable(out))) {
            for (StampedRecord stamped : records) {
                if (!stamped.time().equals(lastTime)) {
                    lastTime = stamped.time();
                    lastTimeText = lastTime.toString();
                }
                writeRecord(json, stamped, lastTimeText);
            }
            json.writeRaw('\n');
        }
    }

    private static void writeRecord(JsonGenerator json, StampedRecord stamped, String time) {
        LogRecord record = stamped.record();
        json.writeStartObject();
        Optional<EventType> type = record.type();
        if (type.isPresent()) {
            json.writeNumberProperty("seq", stamped.seq());
        }
        json.writeStringProperty("ts", time);
        if (type.isPresent()) {
            json.writeStringProperty("type", type.get().wireName());
            if (record.agent() != null) {
                json.writeStringProperty("agent", record.agent());
            }
            json.writeName("data");
            writeData(json, record);
        }
        writePrivate(json, record);
        json.writeEndObject();
    }

    /** The {@code data} of a public event, as a JSON object. */
    public static ByteString dataOf(LogRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128 + record.contentBytes());
        try (JsonGenerator json = LINES.createGenerator(ObjectWriteContext.empty(), bytes)) {
            writeData(json, record);
        }
        return ByteString.wrap(bytes.toByteArray());
    }

    private static void writeData(JsonGenerator json, LogRecord record) {
        json.writeStartObject();
        switch (record) {
            case LogRecord.OperatorCreated r -> {
                json.writeStringProperty("operator_id", r.operatorId().toString());
                writeText(json, "contact_hash", r.contactHash());
                json.writeBooleanProperty("accepted_terms", r.acceptedTerms());
            }
            case LogRecord.AgentRegistered r -> {
                json.writeStringProperty("address", r.address());
                json.writeStringProperty("operator_id", r.operatorId().toString());
                json.writeBooleanProperty("has_webhook", r.webhookUrl() != null);
            }
            case LogRecord.OperatorKeyRotated r ->
                json.writeStringProperty("operator_id", r.operatorId().toString());
            case LogRecord.AgentTokenRotated r -> json.writeStringProperty("address", r.address());
            case LogRecord.WebhookChanged r -> {
                json.writeStringProperty("address", r.address());
                json.writeBooleanProperty("has_webhook", r.webhookUrl() != null);
            }
            case LogRecord.ProfileChanged r -> {
                json.writeStringProperty("address", r.address());
                writeProfile(json, r.profile());
            }
            case LogRecord.AgentDeregistered r -> {
                json.writeStringProperty("address", r.address());
                json.writeStringProperty("operator_id", r.operatorId().toString());
            }
            case LogRecord.MessageSent r -> {
                json.writeStringProperty("message_id", r.messageId().toString());
                json.writeStringProperty("from", r.from());
                json.writeStringProperty("to", r.to());
                writeText(json, "content", r.content());
                json.writeNumberProperty("content_length", r.content().size());
            }
            case LogRecord.MessageDelivered r -> {
                json.writeStringProperty("message_id", r.messageId().toString());
                json.writeStringProperty("to", r.to());
                json.writeStringProperty("delivery_method", r.method().wireName());
            }
            case LogRecord.MessageDead r -> {
                json.writeStringProperty("message_id", r.messageId().toString());
                json.writeStringProperty("to", r.to());
                json.writeNumberProperty("attempts", r.attempts());
            }
            case LogRecord.MessageExpired r -> MessageRecords.writeData(json, r);
            case LogRecord.StateWritten r -> {
                writeText(json, "key", r.key());
                writeText(json, "value", r.value());
                json.writeNumberProperty("value_length", r.value().size());
                json.writeStringProperty("written_by", r.writtenBy());
            }
            case LogRecord.StateDeleted r -> {
                writeText(json, "key", r.key());
                json.writeStringProperty("deleted_by", r.deletedBy());
            }
            case LogRecord.StateRead r -> {
                writeText(json, "key", r.key());
                json.writeStringProperty("read_by", r.readBy());
                json.writeBooleanProperty("found", r.found());
            }
            case LogRecord.RegistryRead r -> json.writeStringProperty("read_by", r.readBy());
            case LogRecord.ContentRemoved r -> RemovalRecords.writeData(json, r.removal());
            case LogRecord.ContentErased r -> {}
            case LogRecord.SenderBlocked r -> {}
            case LogRecord.SenderUnblocked r -> {}
            case LogRecord.ChallengeUsed r -> {}
            case LogRecord.MessagesLeased r -> {}
            case LogRecord.LeaseReplaced r -> {}
            case LogRecord.MessagesReturned r -> {}
            case LogRecord.MessagesRerouted r -> {}
            case LogRecord.DeadLetterRequeued r -> {}
            case LogRecord.DeadLetterDeleted r -> {}
            case LogRecord.WebhookHealthChanged r -> {}
        }
        json.writeEndObject();
    }

    private static void writePrivate(JsonGenerator json, LogRecord record) {
        switch (record) {
            case LogRecord.OperatorCreated r -> {
                json.writeObjectPropertyStart("private");
                json.writeStringProperty("key_digest", r.keyDigest().toHex());
                json.writeEndObject();
            }
            case LogRecord.AgentRegistered r -> {
                json.writeObjectPropertyStart("private");
                json.writeStringProperty("token_digest", r.tokenDigest().toHex());
                if (r.webhookUrl() != null) {
                    writeText(json, "webhook_url", r.webhookUrl());
                }
                json.writeEndObject();
            }
            case LogRecord.OperatorKeyRotated r -> {
                json.writeObjectPropertyStart("private");
                json.writeNumberProperty("version", r.version());
                json.writeStringProperty("key_digest", r.keyDigest().toHex());
                json.writeEndObject();
            }
            case LogRecord.AgentTokenRotated r -> {
                json.writeObjectPropertyStart("private");
                json.writeNumberProperty("version", r.version());
                json.writeStringProperty("token_digest", r.tokenDigest().toHex());
                json.writeEndObject();
            }
            case LogRecord.WebhookChanged r -> writePrivateOf(json, r);
            case LogRecord.ProfileChanged r -> {}
            case LogRecord.SenderBlocked r -> writeBlock(json, PrivateKind.SENDER_BLOCKED, r.address(), r.sender());
            case LogRecord.SenderUnblocked r -> writeBlock(json, PrivateKind.SENDER_UNBLOCKED, r.address(), r.sender());
            case LogRecord.AgentDeregistered r -> {
                json.writeObjectPropertyStart("private");
                json.writeNumberProperty("queue_messages", r.queueMessages());
                json.writeNumberProperty("queue_bytes", r.queueBytes());
                json.writeEndObject();
            }
            case LogRecord.ChallengeUsed r -> {
                json.writeObjectPropertyStart("private");
                json.writeStringProperty("kind", PrivateKind.CHALLENGE_USED.wireName());
                json.writeStringProperty("challenge", r.challenge().toHex());
                json.writeStringProperty("expires_at", r.expiresAt().toString());
                json.writeEndObject();
            }
            case LogRecord.MessageSent r -> MessageRecords.writePrivate(json, r);
            case LogRecord.MessagesLeased r -> {
                startQueueRecord(json, PrivateKind.MESSAGES_LEASED, r.recipient(), r.route());
                writeLease(json, r.leaseId(), r.leasedUntil(), r.leasedBy());
                writeLeased(json, r.messages());
                json.writeEndObject();
            }
            case LogRecord.LeaseReplaced r -> {
                startQueueRecord(json, PrivateKind.LEASE_REPLACED, r.recipient(), r.route());
                writeLease(json, r.leaseId(), r.leasedUntil(), r.leasedBy());
                writeLeased(json, r.messages());
                json.writeEndObject();
            }
            case LogRecord.MessagesReturned r -> {
                startQueueRecord(json, PrivateKind.MESSAGES_RETURNED, r.recipient(), r.route());
                writeLeased(json, r.messages());
                json.writeEndObject();
            }
            case LogRecord.MessagesRerouted r -> {
                json.writeObjectPropertyStart("private");
                json.writeStringProperty("kind", PrivateKind.MESSAGES_REROUTED.wireName());
                json.writeStringProperty("recipient", r.recipient());
                json.writeArrayPropertyStart("seqs");
                r.seqs().forEach(json::writeNumber);
                json.writeEndArray();
                json.writeEndObject();
            }
            case LogRecord.WebhookHealthChanged r -> writePrivateOf(json, r);
            case LogRecord.MessageDelivered r -> {
                json.writeObjectPropertyStart("private");
                json.writeNumberProperty("message_seq", r.messageSeq());
                json.writeNumberProperty("message_bytes", r.messageBytes());
                json.writeEndObject();
            }
            case LogRecord.MessageDead r -> {
                json.writeObjectPropertyStart("private");
                json.writeNumberProperty("message_seq", r.messageSeq());
                json.writeEndObject();
            }
            case LogRecord.MessageExpired r -> MessageRecords.writePrivate(json, r);
            case LogRecord.DeadLetterRequeued r -> {
                startQueueRecord(json, PrivateKind.DEAD_LETTER_REQUEUED, r.recipient(), r.route());
                json.writeNumberProperty("message_seq", r.messageSeq());
                json.writeEndObject();
            }
            case LogRecord.DeadLetterDeleted r -> {
                json.writeObjectPropertyStart("private");
                json.writeStringProperty("kind", PrivateKind.DEAD_LETTER_DELETED.wireName());
                json.writeStringProperty("recipient", r.recipient());
                json.writeNumberProperty("message_seq", r.messageSeq());
                json.writeNumberProperty("message_bytes", r.messageBytes());
                json.writeEndObject();
            }
            case LogRecord.StateWritten r -> {
                json.writeObjectPropertyStart("private");
                json.writeNumberProperty("previous_bytes", r.previousValueBytes());
                json.writeEndObject();
            }
            case LogRecord.StateDeleted r -> {
                json.writeObjectPropertyStart("private");
                json.writeNumberProperty("previous_bytes", r.previousValueBytes());
                json.writeEndObject();
            }
            case LogRecord.ContentRemoved r -> RemovalRecords.writePrivate(json, r);
            case LogRecord.ContentErased r -> {
                json.writeObjectPropertyStart("private");
                json.writeStringProperty("kind", PrivateKind.CONTENT_ERASED.wireName());
                json.writeNumberProperty("number", r.number());
                json.writeEndObject();
            }
            case LogRecord.StateRead r -> {}
            case LogRecord.RegistryRead r -> {}
        }
    }

    private static void writeProfile(JsonGenerator json, @Nullable AgentProfile profile) {
        if (profile == null) {
            json.writeNullProperty("profile");
            return;
        }
        json.writeObjectPropertyStart("profile");
        if (profile.name() != null) {
            writeText(json, "name", profile.name());
        }
        if (profile.description() != null) {
            writeText(json, "description", profile.description());
        }
        json.writeArrayPropertyStart("tags");
        profile.tags().forEach(tag -> json.writeString(UnicodeText.wellFormed(tag)));
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeBlock(JsonGenerator json, PrivateKind kind, String address, String sender) {
        json.writeObjectPropertyStart("private");
        json.writeStringProperty("kind", kind.wireName());
        json.writeStringProperty("address", address);
        json.writeStringProperty("sender", sender);
        json.writeEndObject();
    }

    private static void writePrivateOf(JsonGenerator json, LogRecord.WebhookChanged r) {
        json.writeObjectPropertyStart("private");
        if (r.webhookUrl() != null) {
            writeText(json, "webhook_url", r.webhookUrl());
        }
        json.writeNumberProperty("secret_version", r.secretVersion());
        if (r.secretRotatedAt() != null) {
            json.writeStringProperty("secret_rotated_at", r.secretRotatedAt().toString());
        }
        json.writeEndObject();
    }

    private static void writePrivateOf(JsonGenerator json, LogRecord.WebhookHealthChanged r) {
        WebhookHealth health = r.health();
        json.writeObjectPropertyStart("private");
        json.writeStringProperty("kind", PrivateKind.WEBHOOK_HEALTH_CHANGED.wireName());
        json.writeStringProperty("address", r.address());
        json.writeNumberProperty("failures", health.failuresInRow());
        if (health.openUntil() != null) {
            json.writeStringProperty("open_until", health.openUntil().toString());
        }
        if (health.lastDeliveredAt() != null) {
            json.writeStringProperty("delivered_at", health.lastDeliveredAt().toString());
        }
        String attempts = AttemptLines.write(health.attempts());
        if (attempts != null) {
            json.writeStringProperty("attempts", attempts);
        }
        json.writeEndObject();
    }

    private static void startQueueRecord(JsonGenerator json, PrivateKind kind, String recipient, Route route) {
        json.writeObjectPropertyStart("private");
        json.writeStringProperty("kind", kind.wireName());
        json.writeStringProperty("recipient", recipient);
        json.writeStringProperty("route", route.name());
    }

    private static void writeLease(JsonGenerator json, UUID leaseId, Instant leasedUntil, String leasedBy) {
        json.writeStringProperty("lease_id", leaseId.toString());
        json.writeStringProperty("leased_until", leasedUntil.toString());
        writeText(json, "leased_by", leasedBy);
    }

    private static void writeLeased(JsonGenerator json, List<LeasedMessage> messages) {
        json.writeArrayPropertyStart("messages");
        for (LeasedMessage message : messages) {
            json.writeStartObject();
            json.writeNumberProperty("seq", message.seq());
            json.writeStringProperty("message_id", message.messageId().toString());
            json.writeNumberProperty("bytes", message.contentBytes());
            json.writeNumberProperty("attempt", message.attempt());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeText(JsonGenerator json, String name, String text) {
        json.writeStringProperty(name, UnicodeText.wellFormed(text));
    }

    private static void writeText(JsonGenerator json, String name, ByteString utf8) {
        json.writeName(name);
        json.writeUTF8String(utf8.unsafeArray(), 0, utf8.size());
    }

    /** Lets a generator be closed, to give its buffers back, without closing the stream below. */
    private static final class Unclosable extends FilterOutputStream {

        Unclosable(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() {}
    }
}
