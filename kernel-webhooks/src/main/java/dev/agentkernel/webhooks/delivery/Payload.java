package dev.agentkernel.webhooks.delivery;

import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.QueuedMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/** The body of a push: the message as JSON, its content byte for byte what was sent. */
final class Payload {

    private static final HexFormat HEX = HexFormat.of();

    private final ByteArrayOutputStream json;

    private Payload(int contentBytes) {
        this.json = new ByteArrayOutputStream(contentBytes + contentBytes / 8 + 256);
    }

    static byte[] of(QueuedMessage message) {
        Payload payload = new Payload(message.content().size());
        payload.raw("{\"message_id\":\"" + message.messageId() + "\",\"from\":\"" + message.from() + "\",\"to\":\""
                + message.to() + "\",\"content\":\"");
        payload.escaped(message.content().unsafeArray());
        payload.raw("\",\"timestamp\":\"" + microseconds(message.timestamp()) + "\"");
        payload.add(message.context());
        payload.raw("}");
        return payload.json.toByteArray();
    }

    private void add(MessageContext context) {
        if (context.correlationId() != null) {
            raw(",\"correlation_id\":\"");
            escaped(context.correlationId().unsafeArray());
            raw("\"");
        }
        if (context.replyTo() != null) {
            raw(",\"reply_to\":\"" + context.replyTo() + "\"");
        }
        if (context.timeToLive() != null) {
            raw(",\"ttl_seconds\":" + context.timeToLive().toSeconds());
        }
    }

    private static Instant microseconds(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    private void raw(String text) {
        json.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Escapes in UTF-8 itself: what must be escaped in JSON (RFC 8259, section 7) is a byte of its own there. */
    private void escaped(byte[] content) {
        int plainFrom = 0;
        for (int index = 0; index < content.length; index++) {
            byte next = content[index];
            if (next == '"' || next == '\\' || next >= 0 && next < ' ') {
                json.write(content, plainFrom, index - plainFrom);
                escape(next);
                plainFrom = index + 1;
            }
        }
        json.write(content, plainFrom, content.length - plainFrom);
    }

    private void escape(byte character) {
        if (character >= ' ') {
            json.write('\\');
            json.write(character);
        } else {
            raw("\\u00" + HEX.toHexDigits(character));
        }
    }
}
