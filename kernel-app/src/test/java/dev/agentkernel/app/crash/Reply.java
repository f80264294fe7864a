package dev.agentkernel.app.crash;

import tools.jackson.databind.JsonNode;

/** A whole answer; {@code json} is a missing node when there was no body. */
record Reply(String request, int status, JsonNode json) {

    Reply expect(int expected) {
        if (status != expected) {
            throw new AssertionError(
                    request + " is answered " + status + " where " + expected + " was expected: " + json);
        }
        return this;
    }

    /** Whether the kernel says that it did nothing and that it may later: too busy, stopping, or out of space. */
    boolean isRefusedForNow() {
        return status == 503 || status == 507;
    }

    void expectError(int expected, String code) {
        expect(expected);
        if (!text("error").equals(code)) {
            throw new AssertionError(request + " is answered " + json + " where " + code + " was expected");
        }
    }

    String text(String field) {
        return json.required(field).asString();
    }
}
