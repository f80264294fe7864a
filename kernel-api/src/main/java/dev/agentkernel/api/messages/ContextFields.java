package dev.agentkernel.api.messages;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.messages.MessageContext;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Gathers what a sender says of a message beside its content, field by field; the JSON null says nothing. */
public final class ContextFields {

    private @Nullable ByteString correlationId;
    private @Nullable UUID replyTo;
    private @Nullable Duration timeToLive;

    /**
     * Takes the current field if it is one of these, and leaves others alone.
     *
     * @throws RefusedException {@code bad_request} if it has the wrong type
     */
    public void read(JsonFields fields) {
        switch (fields.name()) {
            case "correlation_id" -> correlationId = fields.isNull() ? null : fields.utf8();
            case "reply_to" -> replyTo = fields.isNull() ? null : fields.uuid();
            case "ttl_seconds" -> timeToLive = fields.isNull() ? null : fields.seconds();
            default -> {}
        }
    }

    /** What was read so far. */
    public MessageContext context() {
        return new MessageContext(correlationId, replyTo, timeToLive);
    }
}
