package dev.agentkernel.app.contract;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** An answer that was found to be as documented; {@code json} is a missing node when there was no body, or one of lines. */
public record Answer(int status, HeaderFields headers, JsonNode json, byte[] body) {

    static Answer of(Exchange exchange) {
        boolean isOneValue = exchange.responseBody().length > 0
                && !exchange.responseHeaders().first("Content-Type").equals(Optional.of("application/x-ndjson"));
        JsonNode json = !isOneValue ? JsonNodeFactory.instance.missingNode() : Json.parse(exchange.responseBody());
        return new Answer(exchange.status(), exchange.responseHeaders(), json, exchange.responseBody());
    }

    /** This answer, when its status is the expected one. */
    public Answer expect(int expected) {
        if (status != expected) {
            throw new AssertionError("The status is " + status + " where " + expected + " was expected: "
                    + new String(body, StandardCharsets.UTF_8));
        }
        return this;
    }

    /** This answer, when it is an error with the expected status and code. */
    public Answer expectError(int expected, String code) {
        expect(expected);
        if (!code.equals(json.path("error").asString(""))) {
            throw new AssertionError("The error is " + json + " where " + code + " was expected.");
        }
        return this;
    }

    /** A string of the body; its absence fails the test. */
    public String text(String field) {
        JsonNode value = json.path(field);
        if (!value.isString()) {
            throw new AssertionError("There is no string '" + field + "' in " + json);
        }
        return value.asString();
    }

    /** The first line of a header field. */
    public Optional<String> header(String name) {
        return headers.first(name);
    }
}
