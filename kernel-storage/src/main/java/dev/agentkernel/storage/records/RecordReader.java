package dev.agentkernel.storage.records;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.registry.AgentProfile;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;

/** Reads what {@link RecordWriter} wrote. */
public final class RecordReader {

    private RecordReader() {}

    /**
     * Reads one line, with or without its line feed.
     *
     * @throws UnreadableRecordException if it is damaged, or of a kind that this version does not know
     */
    public static StampedRecord read(byte[] line, int offset, int length) {
        try {
            return stamped(JsonFields.parse(line, offset, length));
        } catch (JacksonException damaged) {
            throw new UnreadableRecordException("a line of the log that is not JSON", damaged);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException damaged) {
            throw new UnreadableRecordException(
                    "a line of the log with a value that cannot be one: " + damaged.getMessage(), damaged);
        }
    }

    private static StampedRecord stamped(JsonFields fields) {
        Instant time = Instant.parse(fields.text("ts"));
        if (!fields.has("seq")) {
            return new StampedRecord(StampedRecord.NO_SEQ, time, privateRecord(fields.object("private")));
        }
        String typeName = fields.text("type");
        EventType type = EventType.ofWireName(typeName)
                .orElseThrow(() -> new UnreadableRecordException("an event of the unknown type '" + typeName + "'"));
        return new StampedRecord(
                fields.number("seq"), time, publicRecord(type, fields.object("data"), fields.objectOrEmpty("private")));
    }

    /** The public side of a record that is an event. */
    public static Event toEvent(StampedRecord stamped) {
        LogRecord record = stamped.record();
        EventType type = record.type()
                .orElseThrow(
                        () -> new IllegalStateException("a private record has no public side: " + record.getClass()));
        return new Event(stamped.seq(), stamped.time(), type, record.agent(), RecordWriter.dataOf(record));
    }

    private static LogRecord publicRecord(EventType type, JsonFields data, JsonFields hidden) {
        return switch (type) {
            case OPERATOR_CREATED ->
                new LogRecord.OperatorCreated(
                        data.uuid("operator_id"),
                        data.text("contact_hash"),
                        data.flag("accepted_terms"),
                        hidden.hex("key_digest"));
            case AGENT_REGISTERED ->
                new LogRecord.AgentRegistered(
                        data.text("address"),
                        data.uuid("operator_id"),
                        hidden.hex("token_digest"),
                        hidden.textOrNull("webhook_url"));
            case TOKEN_ROTATED ->
                data.has("address")
                        ? new LogRecord.AgentTokenRotated(
                                data.text("address"), hidden.integer("version"), hidden.hex("token_digest"))
                        : new LogRecord.OperatorKeyRotated(
                                data.uuid("operator_id"), hidden.integer("version"), hidden.hex("key_digest"));
            case AGENT_UPDATED ->
                data.has("has_webhook")
                        ? new LogRecord.WebhookChanged(
                                data.text("address"),
                                hidden.textOrNull("webhook_url"),
                                hidden.integer("secret_version"),
                                hidden.instantOrNull("secret_rotated_at"))
                        : new LogRecord.ProfileChanged(
                                data.text("address"), data.has("profile") ? profile(data.object("profile")) : null);
            case AGENT_DEREGISTERED ->
                new LogRecord.AgentDeregistered(
                        data.text("address"),
                        data.uuid("operator_id"),
                        hidden.number("queue_messages"),
                        hidden.number("queue_bytes"));
            case MESSAGE_SENT -> MessageRecords.read(data, hidden);
            case MESSAGE_DELIVERED ->
                new LogRecord.MessageDelivered(
                        data.uuid("message_id"),
                        data.text("to"),
                        DeliveryMethod.valueOf(data.text("delivery_method").toUpperCase(Locale.ROOT)),
                        hidden.number("message_seq"),
                        hidden.integer("message_bytes"));
            case MESSAGE_DEAD ->
                new LogRecord.MessageDead(
                        data.uuid("message_id"),
                        data.text("to"),
                        data.integer("attempts"),
                        hidden.number("message_seq"));
            case MESSAGE_EXPIRED -> MessageRecords.readExpired(data, hidden);
            case STATE_WRITTEN ->
                new LogRecord.StateWritten(
                        data.text("key"),
                        data.utf8("value"),
                        data.text("written_by"),
                        hidden.integer("previous_bytes"));
            case STATE_DELETED ->
                new LogRecord.StateDeleted(data.text("key"), data.text("deleted_by"), hidden.integer("previous_bytes"));
            case STATE_READ -> new LogRecord.StateRead(data.text("key"), data.text("read_by"), data.flag("found"));
            case CONTENT_REMOVED -> RemovalRecords.read(data, hidden);
            case REGISTRY_READ -> new LogRecord.RegistryRead(data.text("read_by"));
        };
    }

    private static AgentProfile profile(JsonFields profile) {
        return new AgentProfile(profile.textOrNull("name"), profile.textOrNull("description"), profile.texts("tags"));
    }

    private static LogRecord privateRecord(JsonFields hidden) {
        return switch (PrivateKind.ofWireName(hidden.text("kind"))) {
            case CONTENT_ERASED -> new LogRecord.ContentErased(hidden.number("number"));
            case SENDER_BLOCKED -> new LogRecord.SenderBlocked(hidden.text("address"), hidden.text("sender"));
            case SENDER_UNBLOCKED -> new LogRecord.SenderUnblocked(hidden.text("address"), hidden.text("sender"));
            case CHALLENGE_USED ->
                new LogRecord.ChallengeUsed(hidden.hex("challenge"), Instant.parse(hidden.text("expires_at")));
            case MESSAGES_LEASED ->
                new LogRecord.MessagesLeased(
                        hidden.text("recipient"),
                        Route.valueOf(hidden.text("route")),
                        hidden.uuid("lease_id"),
                        Instant.parse(hidden.text("leased_until")),
                        hidden.text("leased_by"),
                        leased(hidden));
            case MESSAGES_REROUTED -> new LogRecord.MessagesRerouted(hidden.text("recipient"), hidden.numbers("seqs"));
            case DEAD_LETTER_REQUEUED ->
                new LogRecord.DeadLetterRequeued(
                        hidden.text("recipient"), hidden.number("message_seq"), Route.valueOf(hidden.text("route")));
            case DEAD_LETTER_DELETED ->
                new LogRecord.DeadLetterDeleted(
                        hidden.text("recipient"), hidden.number("message_seq"), hidden.integer("message_bytes"));
            case WEBHOOK_HEALTH_CHANGED ->
                new LogRecord.WebhookHealthChanged(
                        hidden.text("address"),
                        new WebhookHealth(
                                hidden.integer("failures"),
                                hidden.instantOrNull("open_until"),
                                hidden.instantOrNull("delivered_at"),
                                AttemptLines.read(hidden.textOrNull("attempts"))));
            case LEASE_REPLACED ->
                new LogRecord.LeaseReplaced(
                        hidden.text("recipient"),
                        Route.valueOf(hidden.text("route")),
                        hidden.uuid("lease_id"),
                        Instant.parse(hidden.text("leased_until")),
                        hidden.text("leased_by"),
                        leased(hidden));
            case MESSAGES_RETURNED ->
                new LogRecord.MessagesReturned(
                        hidden.text("recipient"), Route.valueOf(hidden.text("route")), leased(hidden));
        };
    }

    private static List<LeasedMessage> leased(JsonFields hidden) {
        return hidden.objects("messages").stream()
                .map(message -> new LeasedMessage(
                        message.number("seq"),
                        message.uuid("message_id"),
                        message.integer("bytes"),
                        message.integer("attempt")))
                .toList();
    }
}
