package dev.agentkernel.app.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** The document must be true to itself before anything can be held to it. */
class OpenApiDocumentTest {

    private static final Set<String> RATE_LIMIT_FIELDS =
            Set.of("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit", "RateLimit-Policy");

    private final OpenApiTree tree = OpenApiTree.load();

    @TestFactory
    Stream<DynamicTest> everyExampleShouldBeValid() {
        List<Example> examples = new ArrayList<>();
        collectExamples("", tree.at(""), examples);
        assertThat(examples).hasSizeGreaterThan(60);
        return examples.stream()
                .map(example -> DynamicTest.dynamicTest(
                        example.pointer(),
                        () -> assertThat(tree.problems(example.schema(), example.value()))
                                .isEmpty()));
    }

    @Test
    void everyReferenceShouldLeadSomewhere() {
        tree.at("")
                .findValuesAsString("$ref")
                .forEach(reference -> assertThat(tree.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void everyComponentShouldBeUsed() {
        Set<String> used = new HashSet<>(tree.at("").findValuesAsString("$ref"));
        for (String kind : List.of("parameters", "headers", "responses", "schemas")) {
            for (String name : tree.at("/components/" + kind).propertyNames()) {
                assertThat(used).contains("#/components/" + kind + "/" + name);
            }
        }
    }

    @Test
    void operationIdsShouldBeUnique() {
        assertThat(tree.operations())
                .extracting(Operation::id)
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(tree.operations()).hasSizeGreaterThanOrEqualTo(22);
    }

    @Test
    void everyOperationShouldDocumentWhatCanAlwaysHappen() {
        for (Operation operation : tree.operations()) {
            Set<Integer> statuses = operation.responses().keySet();
            assertThat(statuses).as(operation.id()).contains(500, 503);
            assertThat(statuses.contains(401)).as(operation.id() + " 401").isEqualTo(operation.secured());
            assertThat(statuses.contains(429)).as(operation.id() + " 429").isEqualTo(operation.rateCategory() != null);
            if (operation.requestSchema() != null) {
                assertThat(statuses).as(operation.id()).contains(400, 413, 415);
            }
        }
    }

    @Test
    void limitedOperationsShouldDocumentTheRateLimitFieldsOnEveryAnswerToKnownCallers() {
        for (Operation operation : tree.operations()) {
            operation.responses().forEach((status, pointer) -> {
                boolean limited = operation.rateCategory() != null
                        && !Set.of(401, 500, 503).contains(status);
                Set<String> headers = Set.copyOf(tree.at(pointer + "/headers").propertyNames());
                if (limited) {
                    assertThat(headers).as(operation.id() + " " + status).containsAll(RATE_LIMIT_FIELDS);
                } else {
                    assertThat(headers)
                            .as(operation.id() + " " + status)
                            .doesNotContainAnyElementsOf(RATE_LIMIT_FIELDS);
                }
            });
        }
    }

    @Test
    void schemasOfAnswersShouldBeClosed() {
        for (Operation operation : tree.operations()) {
            operation.responses().values().stream()
                    .filter(pointer -> tree.at(pointer).path("content").has("application/json"))
                    .forEach(pointer -> {
                        JsonNode schema = tree.at(tree.resolved(pointer + "/content/application~1json/schema"));
                        boolean closed = schema.path("additionalProperties").isBoolean()
                                || schema.path("unevaluatedProperties").isBoolean()
                                || schema.has("allOf")
                                || schema.has("oneOf");
                        assertThat(closed).as(operation.id() + " " + pointer).isTrue();
                    });
        }
    }

    private record Example(String pointer, String schema, JsonNode value) {}

    private void collectExamples(String pointer, JsonNode node, List<Example> found) {
        if (node.has("schema")) {
            String schema = pointer + "/schema";
            if (node.has("example")) {
                found.add(new Example(pointer + "/example", schema, node.path("example")));
            }
            node.path("examples")
                    .properties()
                    .forEach(each -> found.add(new Example(
                            pointer + "/examples/" + each.getKey(),
                            schema,
                            each.getValue().path("value"))));
        } else if (node.path("examples").isArray()) {
            node.path("examples").forEach(value -> found.add(new Example(pointer + "/examples", pointer, value)));
        }
        node.properties()
                .forEach(member -> collectExamples(
                        pointer + "/" + member.getKey().replace("~", "~0").replace("/", "~1"),
                        member.getValue(),
                        found));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collectExamples(pointer + "/" + i, node.get(i), found);
        }
    }
}
