package dev.agentkernel.app.contract;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What an answer must be: its status, its header fields and its body as documented. */
final class ResponseRules {

    private static final Pattern JSON_TYPE =
            Pattern.compile("application/json(; *charset=utf-8)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern INTEGER = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final Pattern RATE_LIMIT = Pattern.compile("\"([a-z-]+)\";r=([0-9]+);t=[0-9]+");
    private static final Pattern RATE_LIMIT_POLICY = Pattern.compile("\"([a-z-]+)\";q=([0-9]+);w=[0-9]+");
    private static final List<String> RATE_LIMIT_FIELDS =
            List.of("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit", "RateLimit-Policy");

    /** Traces of the inside that no sentence for people holds: class names, stack frames, SQL. */
    private static final Pattern INTERNALS = Pattern.compile(
            "\\b[A-Za-z]*(Exception|Error)\\b:?|\\b(java|javax|jakarta|tools|org|com|dev)\\.[a-z]+\\.[a-zA-Z]"
                    + "|\\bat [\\w.$]+\\(|\\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\\b[^.]*\\b(FROM|SET|VALUES|WHERE)\\b");

    private final OpenApiTree tree;

    ResponseRules(OpenApiTree tree) {
        this.tree = tree;
    }

    List<String> problems(Exchange exchange, String operation, SortedMap<Integer, String> documented) {
        String pointer = documented.get(exchange.status());
        if (pointer == null) {
            return List.of("status " + exchange.status() + " is not documented for " + operation + "; documented are "
                    + documented.keySet());
        }
        List<String> problems = new ArrayList<>(headerProblems(exchange, pointer));
        problems.addAll(bodyProblems(exchange, pointer));
        return problems;
    }

    /** The rate limit fields must be there only where there is a limit, and must agree with each other. */
    List<String> rateLimitProblems(Exchange exchange, Operation operation) {
        HeaderFields fields = exchange.responseHeaders();
        if (operation.rateCategory() == null) {
            return RATE_LIMIT_FIELDS.stream()
                    .filter(name -> fields.first(name).isPresent())
                    .map(name -> operation.id() + " is not limited, but the answer has " + name)
                    .toList();
        }
        if (RATE_LIMIT_FIELDS.stream().anyMatch(name -> fields.first(name).isEmpty())) {
            // Where they must be there, the header rules have said so.
            return List.of();
        }
        return disagreements(exchange, operation.rateCategory());
    }

    private static List<String> disagreements(Exchange exchange, String category) {
        HeaderFields fields = exchange.responseHeaders();
        Matcher limit = RATE_LIMIT.matcher(fields.first("RateLimit").orElseThrow());
        Matcher policy =
                RATE_LIMIT_POLICY.matcher(fields.first("RateLimit-Policy").orElseThrow());
        if (!limit.matches() || !policy.matches()) {
            return List.of("RateLimit or RateLimit-Policy is not of the documented form");
        }
        List<String> problems = new ArrayList<>();
        requireEqual(problems, "RateLimit names the category", limit.group(1), category);
        requireEqual(problems, "RateLimit-Policy names the category", policy.group(1), category);
        requireEqual(
                problems,
                "r is X-RateLimit-Remaining",
                limit.group(2),
                fields.first("X-RateLimit-Remaining").orElseThrow());
        requireEqual(
                problems,
                "q is X-RateLimit-Limit",
                policy.group(2),
                fields.first("X-RateLimit-Limit").orElseThrow());
        if (exchange.status() == 429) {
            requireEqual(problems, "nothing remains after 429", limit.group(2), "0");
        }
        return problems;
    }

    private static void requireEqual(List<String> problems, String rule, String seen, String expected) {
        if (!Objects.equals(seen, expected)) {
            problems.add(rule + ": saw " + seen + " where " + expected + " was expected");
        }
    }

    private List<String> headerProblems(Exchange exchange, String responsePointer) {
        List<String> problems = new ArrayList<>();
        for (String name : tree.at(responsePointer + "/headers").propertyNames()) {
            String header = tree.resolved(responsePointer + "/headers/" + name);
            List<String> lines = exchange.responseHeaders().all(name);
            if (lines.isEmpty() && tree.at(header + "/required").asBoolean(false)) {
                problems.add("header " + name + " is missing");
            }
            if (lines.size() > 1) {
                problems.add("header " + name + " is there " + lines.size() + " times");
            }
            for (String line : lines) {
                tree.problems(header + "/schema", headerValue(header, line)).stream()
                        .map(problem -> "header " + name + ": " + line + ": " + problem)
                        .forEach(problems::add);
            }
        }
        return problems;
    }

    private JsonNode headerValue(String header, String line) {
        String type = tree.at(tree.resolved(header + "/schema")).path("type").asString("");
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return type.equals("integer") && INTEGER.matcher(line).matches()
                ? nodes.numberNode(Long.parseLong(line))
                : nodes.stringNode(line);
    }

    private List<String> bodyProblems(Exchange exchange, String responsePointer) {
        if (exchange.method().equals("HEAD") || !tree.at(responsePointer).has("content")) {
            return exchange.responseBody().length == 0 ? List.of() : List.of("the answer must not have a body");
        }
        if (exchange.responseBody().length == 0
                && !exchange.responseHeaders().first("Content-Type").equals(Optional.of("application/x-ndjson"))) {
            return List.of("the answer has no body");
        }
        String type = exchange.responseHeaders().first("Content-Type").orElse("missing");
        if (tree.at(responsePointer + "/content").has(type) && !type.equals("application/json")) {
            return otherFormProblems(
                    exchange, responsePointer + "/content/" + type.replace("/", "~1") + "/schema", type);
        }
        if (!JSON_TYPE.matcher(type).matches()) {
            return List.of("the Content-Type is " + type + "; it must be application/json");
        }
        try {
            JsonNode body = Json.parse(exchange.responseBody());
            List<String> problems =
                    new ArrayList<>(tree.problems(responsePointer + "/content/application~1json/schema", body));
            if (exchange.status() >= 400 && INTERNALS.matcher(body.toString()).find()) {
                problems.add("the error tells internals of the service");
            }
            return problems;
        } catch (JacksonException malformed) {
            return List.of("the body is not JSON: " + malformed.getOriginalMessage());
        }
    }

    /** Bodies in another form of JSON: lines of which each is a value by the schema, or one value. */
    private List<String> otherFormProblems(Exchange exchange, String schema, String type) {
        String text = new String(exchange.responseBody(), StandardCharsets.UTF_8);
        Stream<String> values = type.equals("application/x-ndjson") ? text.lines() : Stream.of(text);
        return values.map(value -> Json.parse(value.getBytes(StandardCharsets.UTF_8)))
                .flatMap(value -> tree.problems(schema, value).stream())
                .toList();
    }
}
