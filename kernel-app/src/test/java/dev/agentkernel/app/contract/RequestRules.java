package dev.agentkernel.app.contract;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What an accepted request must have been: one that the document allows. */
final class RequestRules {

    private final OpenApiTree tree;

    RequestRules(OpenApiTree tree) {
        this.tree = tree;
    }

    List<String> problems(Exchange exchange, Operation operation) {
        List<String> problems = new ArrayList<>();
        if (!exchange.isSuccess()) {
            return problems;
        }
        if (operation.secured()
                && !operation.anonymous()
                && exchange.requestHeaders().first("Authorization").isEmpty()) {
            problems.add(operation.id() + " needs a token, but a request without one was accepted");
        }
        String schema = operation.requestSchema();
        if (schema != null) {
            bodyProblems(exchange, schema).stream()
                    .map(problem -> "a request was accepted that the document does not allow: " + problem)
                    .forEach(problems::add);
        }
        return problems;
    }

    private List<String> bodyProblems(Exchange exchange, String schema) {
        try {
            JsonNode body = Json.parse(exchange.requestBody());
            return tree.problems(schema, body);
        } catch (JacksonException malformed) {
            return List.of("the body is not JSON: " + malformed.getOriginalMessage());
        }
    }
}
