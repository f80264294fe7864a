package dev.agentkernel.storage.records;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.removal.RemovalTarget.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Removed contents in events: where they stand, what readers see instead, and how their bytes are blanked in place. */
public final class Redactions {

    private static final JsonFactory JSON = new JsonFactory();

    private static final int ESCAPE_BYTES = 6;

    private Redactions() {}

    /** What would have to be removed for the event's content to be gone; nothing for events without one. */
    public static Optional<RemovalTarget> targetOf(Event event) {
        return switch (event.type()) {
            case STATE_WRITTEN ->
                Optional.of(new RemovalTarget(Kind.STATE, fields(event.data()).text("key")));
            case MESSAGE_SENT ->
                Optional.of(new RemovalTarget(Kind.MESSAGE, fields(event.data()).text("message_id")));
            default -> Optional.empty();
        };
    }

    private static JsonFields fields(ByteString data) {
        return JsonFields.parse(data.unsafeArray(), 0, data.size());
    }

    /** The type of the events that log contents of this kind. */
    public static EventType typeOf(Kind kind) {
        return kind == Kind.STATE ? EventType.STATE_WRITTEN : EventType.MESSAGE_SENT;
    }

    /** How the data of every event begins that logs a content of the target. */
    public static byte[] beginningOf(RemovalTarget target) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty(
                    target.kind() == Kind.STATE ? "key" : "message_id", UnicodeText.wellFormed(target.name()));
            json.flush();
            byte[] beginning = bytes.toByteArray();
            return beginning;
        }
    }

    /** The content in the data of an event that logs one. */
    public static ByteString contentOf(EventType type, ByteString data) {
        return fields(data).utf8(contentField(type));
    }

    private static String contentField(EventType type) {
        return type == EventType.STATE_WRITTEN ? "value" : "content";
    }

    /** The event as readers see it once its content is removed; the same again if it is so already. */
    public static Event redacted(Event event, String reason) {
        return new Event(
                event.seq(), event.time(), event.type(), event.agent(), redacted(event.type(), event.data(), reason));
    }

    /** The data of such an event. */
    public static ByteString redacted(EventType type, ByteString data, String reason) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonParser parser = JsonFields.parser(data.unsafeArray(), 0, data.size());
                JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            parser.nextToken();
            json.writeStartObject();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                if (name.equals(contentField(type))) {
                    json.writeStringProperty(name, Removal.PLACEHOLDER);
                } else if (!name.equals("redacted") && !name.equals("redacted_reason")) {
                    json.writeName(name);
                    json.copyCurrentStructure(parser);
                }
            }
            json.writeBooleanProperty("redacted", true);
            json.writeStringProperty("redacted_reason", UnicodeText.wellFormed(reason));
            json.writeEndObject();
        }
        return ByteString.wrap(bytes.toByteArray());
    }

    /**
     * A line of the log with its content blanked: as many bytes in the line, and as many bytes of content when it is read, so that
     * whatever counts them comes to the same numbers.
     */
    public static byte[] blanked(byte[] line, int offset, int length) {
        byte[] blank = Arrays.copyOfRange(line, offset, offset + length);
        try (JsonParser parser = JsonFields.parser(blank, 0, length)) {
            parser.nextToken();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                if (name.equals("data")) {
                    blankContent(parser, blank);
                    return blank;
                }
                parser.skipChildren();
            }
        }
        return blank;
    }

    private static void blankContent(JsonParser parser, byte[] line) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING && (name.equals("content") || name.equals("value"))) {
                int from = Math.toIntExact(parser.currentTokenLocation().getByteOffset()) + 1;
                parser.finishToken();
                int to = Math.toIntExact(parser.currentLocation().getByteOffset()) - 1;
                blank(line, from, to);
                return;
            }
            parser.skipChildren();
        }
    }

    private static void blank(byte[] line, int from, int to) {
        int i = from;
        while (i < to) {
            if (line[i] != '\\') {
                line[i++] = '#';
            } else if (line[i + 1] == 'u') {
                int character =
                        Integer.parseInt(new String(line, i + 2, ESCAPE_BYTES - 2, StandardCharsets.US_ASCII), 16);
                byte[] escape = blankEscape(character).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(escape, 0, line, i, ESCAPE_BYTES);
                i += ESCAPE_BYTES;
            } else {
                line[i + 1] = '/';
                i += 2;
            }
        }
    }

    /** A space of as many bytes in UTF-8; half a surrogate pair counts for two of four. */
    private static String blankEscape(int character) {
        if (character < 0x80) {
            return "\\u0020";
        }
        return character < 0x800 || Character.isSurrogate((char) character) ? "\\u00a0" : "\\u3000";
    }
}
