package dev.agentkernel.api.json;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * The fields of one JSON object, in their order, each read at most once and with the type that is asked for: nothing is converted
 * into anything else. Whatever is wrong is refused with {@code bad_request} and a sentence that names the field. A field that is
 * not read is ignored, but must be valid JSON too.
 */
public final class JsonFields {

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private static final long SECONDS_MAX = 1_000_000_000;

    private final JsonParser parser;
    private final String path;
    private String name = "";
    private boolean read = true;
    private boolean finished;

    private JsonFields(JsonParser parser, String path) {
        this.parser = parser;
        this.path = path;
    }

    /**
     * Reads the first {@code length} bytes as one object and nothing else.
     *
     * @throws RefusedException {@code bad_request} if they are anything but a strict JSON object in UTF-8
     */
    public static <T> T parse(byte[] bytes, int length, Function<JsonFields, T> reader) {
        requireUtf8(bytes, length);
        try (JsonParser parser = JsonText.parser(bytes, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw RefusedException.badRequest(
                        "The body must be a JSON object, not " + typeOf(parser.currentToken()) + ".");
            }
            T result = new JsonFields(parser, "").readAll(reader);
            if (parser.nextToken() != null) {
                throw RefusedException.badRequest("The body goes on after its JSON object.");
            }
            return result;
        } catch (JacksonException malformed) {
            throw RefusedException.badRequest(describe(malformed));
        }
    }

    private static void requireUtf8(byte[] bytes, int length) {
        int invalid = StrictUtf8.firstInvalid(bytes, length);
        if (invalid >= 0) {
            throw RefusedException.badRequest("The body is not valid UTF-8 at byte " + (invalid + 1) + ".");
        }
        if (length >= BYTE_ORDER_MARK.length
                && bytes[0] == BYTE_ORDER_MARK[0]
                && bytes[1] == BYTE_ORDER_MARK[1]
                && bytes[2] == BYTE_ORDER_MARK[2]) {
            throw RefusedException.badRequest("The body begins with a byte order mark, which JSON does not allow.");
        }
        // A NUL among the first bytes would make the parser take the text for UTF-16 or UTF-32.
        for (int i = 0; i < Math.min(length, Integer.BYTES); i++) {
            if (bytes[i] == 0) {
                throw RefusedException.badRequest("The body is not JSON in UTF-8: byte " + (i + 1) + " is NUL.");
            }
        }
    }

    private <T> T readAll(Function<JsonFields, T> reader) {
        T result = reader.apply(this);
        while (next()) {
            // Whatever the reader left must be valid, too.
        }
        return result;
    }

    /** Goes on to the next field; false when there is none. */
    public boolean next() {
        if (finished) {
            return false;
        }
        if (!read) {
            parser.nextToken();
            parser.skipChildren();
        }
        String next = parser.nextName();
        finished = next == null;
        name = next == null ? "" : next;
        read = false;
        return !finished;
    }

    /** The name of the current field. */
    public String name() {
        return name;
    }

    /** The current field as a string of valid Unicode. */
    public String text() {
        String text = string();
        if (ByteString.ofUtf8(text).isEmpty()) {
            throw loneSurrogate();
        }
        return text;
    }

    /** Whether the current field is the JSON null. */
    public boolean isNull() {
        return value() == JsonToken.VALUE_NULL;
    }

    /** The current field as a string of valid Unicode; {@code null} for the JSON null. */
    public @Nullable String textOrNull() {
        return isNull() ? null : text();
    }

    /** The current field as the UTF-8 of a string. */
    public ByteString utf8() {
        return ByteString.ofUtf8(string()).orElseThrow(this::loneSurrogate);
    }

    /** The current field as a UUID. */
    public UUID uuid() {
        return Uuids.parse(text())
                .orElseThrow(() -> RefusedException.badRequest("'" + path + name + "' must be a UUID."));
    }

    /** The current field as a list of at most so many UUIDs. */
    public List<UUID> uuids(int most) {
        List<UUID> uuids = new ArrayList<>();
        for (String text : texts(most)) {
            uuids.add(Uuids.parse(text)
                    .orElseThrow(() ->
                            RefusedException.badRequest("'" + path + name + "' must hold UUIDs and nothing else.")));
        }
        return uuids;
    }

    /** The current field as true or false. */
    public boolean truth() {
        return switch (value()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case JsonToken other -> throw wrongType("true or false", other);
        };
    }

    /** The current field as a whole number. */
    public long integer() {
        JsonToken token = value();
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw wrongType("a whole number", token);
        }
        try {
            return parser.getLongValue();
        } catch (InputCoercionException beyond) {
            throw RefusedException.badRequest("'" + path + name + "' is out of the range of whole numbers.");
        }
    }

    /**
     * The current field as a whole number of seconds. What is beyond a billion, either way, is cut to that: it is a duration, and
     * more than anything allows.
     */
    public Duration seconds() {
        return Duration.ofSeconds(Math.clamp(integer(), -SECONDS_MAX, SECONDS_MAX));
    }

    /** The current field as a list of at most so many strings of valid Unicode. */
    public List<String> texts(int most) {
        JsonToken token = value();
        if (token != JsonToken.START_ARRAY) {
            throw wrongType("an array of strings", token);
        }
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (texts.size() == most) {
                throw RefusedException.badRequest(
                        "'" + path + name + "' has more than " + most + " entries, which is the limit.");
            }
            texts.add(text());
        }
        return texts;
    }

    /** The same; an empty list for the JSON null. */
    public List<String> textsOrNone(int most) {
        return isNull() ? List.of() : texts(most);
    }

    /** The current field as an object. */
    public <T> T object(Function<JsonFields, T> reader) {
        JsonToken token = value();
        if (token != JsonToken.START_OBJECT) {
            throw wrongType("an object", token);
        }
        return new JsonFields(parser, path + name + ".").readAll(reader);
    }

    /** The value of a field that must have been there. */
    public <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw RefusedException.badRequest("'" + path + field + "' is missing.");
        }
        return value;
    }

    private String string() {
        JsonToken token = value();
        if (token != JsonToken.VALUE_STRING) {
            throw wrongType("a string", token);
        }
        return parser.getString();
    }

    private JsonToken value() {
        if (!read) {
            read = true;
            return parser.nextToken();
        }
        return parser.currentToken();
    }

    private RefusedException wrongType(String wanted, JsonToken found) {
        return RefusedException.badRequest("'" + path + name + "' must be " + wanted + ", not " + typeOf(found) + ".");
    }

    private RefusedException loneSurrogate() {
        return RefusedException.badRequest(
                "'" + path + name + "' holds half of a surrogate pair, which is not a Unicode character.");
    }

    private static String typeOf(@Nullable JsonToken token) {
        return switch (token) {
            case null -> "nothing";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException(token + " is not a value of JSON");
        };
    }

    /** The parser's own sentences name classes and settings of its library. */
    private static String describe(JacksonException malformed) {
        TokenStreamLocation location = malformed.getLocation();
        String where =
                location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        if (malformed instanceof StreamConstraintsException) {
            return "The body goes beyond a limit" + where + ": objects and arrays may be nested " + JsonText.NESTING_MAX
                    + " deep, a number may have " + JsonText.NUMBER_CHARACTERS_MAX + " and a name "
                    + JsonText.NAME_CHARACTERS_MAX + " characters.";
        }
        if (malformed.getOriginalMessage().startsWith("Duplicate")) {
            return "The body has the same name twice in one object" + where + ".";
        }
        return "The body is not valid JSON" + where + ".";
    }
}
