package dev.agentkernel.storage.records;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the public side of a line that {@link RecordWriter} wrote, as it stands there: an event that nobody asked for costs no more
 * than its first members, and the data of one that somebody did is copied, not parsed.
 */
public final class EventReader {

    private EventReader() {}

    /**
     * The event of a line, with or without its line feed; {@code null} if it does not match.
     *
     * @throws UnreadableRecordException if the line is no event, is damaged, or of a type that this version does not know
     */
    public static @Nullable Event read(byte[] line, int offset, int length, EventFilter filter) {
        try (JsonParser parser = JsonFields.parser(line, offset, length)) {
            return read(parser, line, offset, filter);
        } catch (JacksonException damaged) {
            throw new UnreadableRecordException("a line of the log that is not JSON", damaged);
        } catch (DateTimeException damaged) {
            throw new UnreadableRecordException("a line of the log whose time cannot be one", damaged);
        }
    }

    private static @Nullable Event read(JsonParser parser, byte[] line, int offset, EventFilter filter) {
        parser.nextToken();
        expect(parser, "seq", JsonToken.VALUE_NUMBER_INT);
        long seq = parser.getLongValue();
        expect(parser, "ts", JsonToken.VALUE_STRING);
        String time = parser.getString();
        expect(parser, "type", JsonToken.VALUE_STRING);
        EventType type = typeOf(parser.getString());
        String agent = null;
        String member = parser.nextName();
        parser.nextToken();
        if ("agent".equals(member)) {
            agent = parser.getString();
            member = parser.nextName();
            parser.nextToken();
        }
        if (!"data".equals(member) || parser.currentToken() != JsonToken.START_OBJECT) {
            throw new UnreadableRecordException("event " + seq + " has no data where it should");
        }
        return filter.matches(type, agent)
                ? new Event(seq, Instant.parse(time), type, agent, data(parser, line, offset))
                : null;
    }

    private static ByteString data(JsonParser parser, byte[] line, int offset) {
        int from = offset + Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        parser.skipChildren();
        int to = offset + Math.toIntExact(parser.currentLocation().getByteOffset());
        return ByteString.wrap(Arrays.copyOfRange(line, from, to));
    }

    private static void expect(JsonParser parser, String member, JsonToken value) {
        if (!member.equals(parser.nextName()) || parser.nextToken() != value) {
            throw new UnreadableRecordException("a line of the log without '" + member + "' where an event has it");
        }
    }

    private static EventType typeOf(String name) {
        return EventType.ofWireName(name)
                .orElseThrow(() -> new UnreadableRecordException("an event of the unknown type '" + name + "'"));
    }
}
