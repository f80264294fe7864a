package dev.agentkernel.app.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published schema of the frames of {@code /ws/agent}, as an assertion. */
final class SocketFrames {

    private static final String IDENTIFIER = "urn:agent-socket";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDialect(
            Dialects.getDraft202012(), builder -> builder.schemas(Map.of(IDENTIFIER, text())));
    private static final Schema SERVER = REGISTRY.getSchema(SchemaLocation.of(IDENTIFIER + "#/$defs/serverFrame"));
    private static final Schema CLIENT = REGISTRY.getSchema(SchemaLocation.of(IDENTIFIER + "#/$defs/clientFrame"));

    private SocketFrames() {}

    private static String text() {
        try (InputStream file = Objects.requireNonNull(
                SocketFrames.class.getResourceAsStream("/documentation/agent-socket.schema.json"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A frame of the kernel, which must be one that the schema describes. */
    static JsonNode fromServer(String text) {
        JsonNode frame = MAPPER.readTree(text);
        assertThat(SERVER.validate(text, InputFormat.JSON)).as(text).isEmpty();
        return frame;
    }

    /** A frame of a client that the schema describes. */
    static String fromClient(Map<String, Object> fields) {
        String text = MAPPER.writeValueAsString(fields);
        assertThat(CLIENT.validate(text, InputFormat.JSON)).as(text).isEmpty();
        return text;
    }
}
