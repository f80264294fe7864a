package dev.agentkernel.app.contract;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The OpenAPI document as a tree: follows references, lists the operations, judges values by schemas. */
final class OpenApiTree {

    private static final String RESOURCE = "/openapi/agent-kernel.yaml";
    private static final String IDENTIFIER = "https://agent-kernel.invalid/openapi.json";
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete", "head", "options");

    private final JsonNode root;
    private final SchemaRegistry schemas;
    private final Map<String, Schema> schemasByPointer = new ConcurrentHashMap<>();

    private OpenApiTree(JsonNode root) {
        this.root = root;
        Dialect dialect = Dialect.builder(Dialects.getDraft202012())
                .keyword(new MaxBytesKeyword())
                .keyword(new NonValidationKeyword("x-enum-descriptions"))
                .build();
        this.schemas = SchemaRegistry.withDialect(
                dialect,
                builder -> builder.schemas(Map.of(IDENTIFIER, root.toString()))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build()));
    }

    static OpenApiTree load() {
        try (InputStream input = OpenApiTree.class.getResourceAsStream(RESOURCE)) {
            if (input == null) {
                throw new IllegalStateException("The class path has no " + RESOURCE + ".");
            }
            String yaml = new String(input.readAllBytes(), StandardCharsets.UTF_8);
            Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
            return new OpenApiTree(JsonMapper.builder().build().valueToTree(tree));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    JsonNode at(String pointer) {
        return root.at(JsonPointer.compile(pointer));
    }

    /** Where the value at a pointer really stands, references followed. */
    String resolved(String pointer) {
        JsonNode node = at(pointer);
        if (node.isMissingNode()) {
            throw new IllegalStateException("The document has nothing at " + pointer + ".");
        }
        JsonNode reference = node.path("$ref");
        return reference.isMissingNode()
                ? pointer
                : resolved(reference.asString().substring(1));
    }

    /** What is wrong with a value by the schema at a pointer; empty when nothing is. */
    List<String> problems(String schemaPointer, JsonNode value) {
        Schema schema = schemasByPointer.computeIfAbsent(
                resolved(schemaPointer), pointer -> schemas.getSchema(SchemaLocation.of(IDENTIFIER + "#" + pointer)));
        return schema.validate(value.toString(), InputFormat.JSON).stream()
                .map(OpenApiTree::describe)
                .toList();
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (String template : at("/paths").propertyNames()) {
            String pathPointer = "/paths/" + escaped(template);
            PathTemplate path = PathTemplate.of(template, hasRestOfPath(pathPointer));
            for (String method : METHODS) {
                if (at(pathPointer).has(method)) {
                    operations.add(operation(pathPointer + "/" + method, method, path));
                }
            }
        }
        operations.sort((one, other) -> one.path().compareTo(other.path()));
        return List.copyOf(operations);
    }

    /** Pointers to the response objects in a map of responses, by status. */
    SortedMap<Integer, String> responses(String pointer) {
        SortedMap<Integer, String> responses = new TreeMap<>();
        for (String status : at(pointer).propertyNames()) {
            responses.put(Integer.parseInt(status), resolved(pointer + "/" + status));
        }
        return responses;
    }

    private Operation operation(String pointer, String method, PathTemplate path) {
        JsonNode node = at(pointer);
        String body = pointer + "/requestBody/content/application~1json/schema";
        JsonNode category = node.path("x-rate-limit").path("category");
        return new Operation(
                node.path("operationId").asString(),
                method.toUpperCase(Locale.ROOT),
                path,
                responses(pointer + "/responses"),
                node.has("requestBody") ? resolved(body) : null,
                category.isMissingNode() ? null : category.asString(),
                !node.path("security").isEmpty(),
                node.path("security")
                        .valueStream()
                        .flatMap(scheme -> scheme.propertyNames().stream())
                        .collect(Collectors.toUnmodifiableSet()),
                node.path("security").valueStream().anyMatch(JsonNode::isEmpty));
    }

    private boolean hasRestOfPath(String pathPointer) {
        for (JsonNode parameter : at(pathPointer).path("parameters")) {
            if (parameter.path("x-rest-of-path").asBoolean(false)) {
                return true;
            }
        }
        return false;
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String describe(Error error) {
        return "body " + error.getInstanceLocation() + " " + error.getMessage() + " (" + error.getSchemaLocation()
                + ")";
    }
}
