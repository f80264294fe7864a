package dev.agentkernel.app.contract;

import java.nio.charset.StandardCharsets;

/** One request and its answer, as they went over the wire; {@code target} is the raw path with its query. */
public record Exchange(
        String method,
        String target,
        HeaderFields requestHeaders,
        byte[] requestBody,
        int status,
        HeaderFields responseHeaders,
        byte[] responseBody) {

    private static final int SHOWN_CHARACTERS_MAX = 2_000;

    /** The raw path, without the query. */
    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    String responseText() {
        return new String(responseBody, StandardCharsets.UTF_8);
    }

    /** What happened, for the message of a failed assertion. */
    String describe() {
        String body = responseText();
        String shown = body.length() <= SHOWN_CHARACTERS_MAX ? body : body.substring(0, SHOWN_CHARACTERS_MAX) + "…";
        return method + " " + target + " → " + status + "\n" + responseHeaders.values() + "\n" + shown;
    }
}
