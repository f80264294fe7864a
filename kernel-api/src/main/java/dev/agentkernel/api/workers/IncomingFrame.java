package dev.agentkernel.api.workers;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.api.messages.ContextFields;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.NamedLeases;
import dev.agentkernel.core.messages.OutgoingMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a client says in one frame, with the types that the schema has; which fields must be there depends on what it wants.
 *
 * @param type what it wants; {@code null} if it does not say
 * @param ref the client's own name for a send
 * @param context what it says of a send beside the content
 * @param delay how long nobody gets what it gives back; zero where it is not given
 */
record IncomingFrame(
        @Nullable String type,
        @Nullable String ref,
        @Nullable String to,
        @Nullable ByteString content,
        MessageContext context,
        @Nullable String idempotencyKey,
        @Nullable List<UUID> messageIds,
        Duration delay,
        @Nullable Long credit) {

    private static final int REF_CHARACTERS_MAX = 128;

    /** A frame that is a JSON object, of which a field cannot be read. */
    static final class WrongField extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient @Nullable String ref;
        private final transient RefusedException refusal;

        WrongField(@Nullable String ref, RefusedException refusal) {
            super(refusal.sentence(), null, false, false);
            this.ref = ref;
            this.refusal = refusal;
        }

        Optional<String> ref() {
            return Optional.ofNullable(ref);
        }

        RefusedException refusal() {
            return refusal;
        }
    }

    /**
     * Reads a frame.
     *
     * @throws RefusedException if it is no JSON object
     * @throws WrongField if a field has another type than it must have
     */
    static IncomingFrame parse(byte[] utf8) {
        return JsonFields.parse(utf8, utf8.length, IncomingFrame::read);
    }

    private static IncomingFrame read(JsonFields fields) {
        String type = null;
        String ref = null;
        String to = null;
        ByteString content = null;
        ContextFields context = new ContextFields();
        String idempotencyKey = null;
        List<UUID> messageIds = null;
        Duration delay = Duration.ZERO;
        Long credit = null;
        try {
            while (fields.next()) {
                switch (fields.name()) {
                    case "type" -> type = fields.text();
                    case "ref" -> ref = ref(fields.text());
                    case "to" -> to = fields.text();
                    case "content" -> content = fields.utf8();
                    case "idempotency_key" -> idempotencyKey = fields.text();
                    case "message_ids" -> messageIds = fields.uuids(NamedLeases.IDS_MAX);
                    case "delay_seconds" -> delay = fields.seconds();
                    case "credit" -> credit = fields.integer();
                    default -> context.read(fields);
                }
            }
        } catch (RefusedException wrongType) {
            throw new WrongField(ref, wrongType);
        }
        return new IncomingFrame(type, ref, to, content, context.context(), idempotencyKey, messageIds, delay, credit);
    }

    private static String ref(String text) {
        if (text.length() > REF_CHARACTERS_MAX) {
            throw RefusedException.badRequest(
                    "'ref' has " + text.length() + " characters; at most " + REF_CHARACTERS_MAX + " are allowed.");
        }
        return text;
    }

    /** The message that it wants to be sent. */
    OutgoingMessage message() {
        return new OutgoingMessage(required("to", to), required("content", content), context, idempotencyKey);
    }

    /** The messages that it acknowledges or gives back. */
    List<UUID> ids() {
        return required("message_ids", messageIds);
    }

    long creditWanted() {
        return required("credit", credit);
    }

    private static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw RefusedException.badRequest("'" + field + "' is missing.");
        }
        return value;
    }
}
