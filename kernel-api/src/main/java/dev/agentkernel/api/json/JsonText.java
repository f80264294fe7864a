package dev.agentkernel.api.json;

import java.io.OutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** Makes parsers that accept strict JSON within limits, and writes JSON in UTF-8. */
public final class JsonText {

    /** How deep objects and arrays may be nested: far more than any request needs. */
    public static final int NESTING_MAX = 32;

    static final int NUMBER_CHARACTERS_MAX = 1_000;
    static final int NAME_CHARACTERS_MAX = 1_024;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // The stream belongs to the response, which decides when it ends.
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            // What a fault left open must not look complete.
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_MAX)
                    .maxNumberLength(NUMBER_CHARACTERS_MAX)
                    .maxNameLength(NAME_CHARACTERS_MAX)
                    .build())
            .build();

    private JsonText() {}

    static JsonParser parser(byte[] bytes, int length) {
        return FACTORY.createParser(ObjectReadContext.empty(), bytes, 0, length);
    }

    /** Writes a content to a stream that stays open. An {@code IOException} of the stream comes out as a Jackson exception. */
    public static void write(JsonContent content, OutputStream stream) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), stream)) {
            content.writeTo(json);
        }
    }
}
