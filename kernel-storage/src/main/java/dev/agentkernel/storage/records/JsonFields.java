package dev.agentkernel.storage.records;

import dev.agentkernel.core.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** The fields of one JSON object of the log, by name; a missing or mistyped field makes the record unreadable. */
final class JsonFields {

    // The lines are our own: their length was bounded when they were written.
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final JsonFields EMPTY = new JsonFields(Map.of());

    private final Map<String, Object> values;

    private JsonFields(Map<String, Object> values) {
        this.values = values;
    }

    static JsonFields parse(byte[] line, int offset, int length) {
        try (JsonParser parser = parser(line, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new UnreadableRecordException("a line of the log that is not a JSON object");
            }
            JsonFields fields = object(parser);
            if (parser.nextToken() != null) {
                throw new UnreadableRecordException("a line of the log that goes on behind its JSON object");
            }
            return fields;
        }
    }

    /** A parser of one line, for reading only a part of it. */
    static JsonParser parser(byte[] line, int offset, int length) {
        return JSON.createParser(ObjectReadContext.empty(), line, offset, length);
    }

    private static JsonFields object(JsonParser parser) {
        Map<String, Object> values = new HashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value(parser);
            if (value != null) {
                values.put(name, value);
            }
        }
        return new JsonFields(values);
    }

    private static @Nullable Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> throw new UnreadableRecordException("an unexpected " + parser.currentToken() + " in the log");
        };
    }

    private static List<Object> array(JsonParser parser) {
        List<Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Object value = value(parser);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name) {
        return of(String.class, name);
    }

    @Nullable
    String textOrNull(String name) {
        return has(name) ? text(name) : null;
    }

    @Nullable
    Instant instantOrNull(String name) {
        return has(name) ? Instant.parse(text(name)) : null;
    }

    ByteString utf8(String name) {
        return ByteString.ofUtf8(text(name))
                .orElseThrow(() -> new UnreadableRecordException("the field '" + name + "' is not valid Unicode"));
    }

    ByteString hex(String name) {
        return ByteString.ofHex(text(name));
    }

    UUID uuid(String name) {
        return UUID.fromString(text(name));
    }

    long number(String name) {
        return of(Long.class, name);
    }

    int integer(String name) {
        return Math.toIntExact(number(name));
    }

    boolean flag(String name) {
        return of(Boolean.class, name);
    }

    JsonFields object(String name) {
        return of(JsonFields.class, name);
    }

    JsonFields objectOrEmpty(String name) {
        return has(name) ? object(name) : EMPTY;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Object value : of(List.class, name)) {
            if (!(value instanceof String text)) {
                throw new UnreadableRecordException("the field '" + name + "' holds something else than texts");
            }
            texts.add(text);
        }
        return texts;
    }

    List<JsonFields> objects(String name) {
        List<JsonFields> objects = new ArrayList<>();
        for (Object value : of(List.class, name)) {
            if (!(value instanceof JsonFields fields)) {
                throw new UnreadableRecordException("the field '" + name + "' holds something else than objects");
            }
            objects.add(fields);
        }
        return objects;
    }

    List<Long> numbers(String name) {
        List<Long> numbers = new ArrayList<>();
        for (Object value : of(List.class, name)) {
            if (!(value instanceof Long number)) {
                throw new UnreadableRecordException("the field '" + name + "' holds something else than numbers");
            }
            numbers.add(number);
        }
        return numbers;
    }

    private <T> T of(Class<T> type, String name) {
        Object value = values.get(name);
        if (!type.isInstance(value)) {
            throw new UnreadableRecordException("the field '" + name + "' is missing or not a " + type.getSimpleName());
        }
        return type.cast(value);
    }
}
