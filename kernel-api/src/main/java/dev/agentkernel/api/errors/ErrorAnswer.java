package dev.agentkernel.api.errors;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.answers.AnswerWriter;
import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * An error as clients see it.
 *
 * @param message a sentence
 * @param detail further facts; {@code null} where there are none
 * @param retryAfter when to try again; {@code null} where that does not help
 */
record ErrorAnswer(
        ErrorCode code,
        String message,
        @Nullable String detail,
        @Nullable Duration retryAfter) implements JsonContent {

    static final String FAILED = "The request failed inside the kernel.";

    private static final String AWAY = "The kernel is not available at present.";
    private static final String MALFORMED =
            "The request cannot be read: its first line or its header is malformed, too long, or not supported.";

    static ErrorAnswer of(ErrorCode code, String message) {
        return new ErrorAnswer(code, message, null, null);
    }

    static ErrorAnswer of(RefusedException refusal) {
        return new ErrorAnswer(
                refusal.code(), refusal.sentence(), null, refusal.retryAfter().orElse(null));
    }

    /**
     * What a status says by itself, for errors that the server or a library found. The contract knows fewer statuses than HTTP:
     * those that say that the client is at fault become 400, the others 500.
     */
    static ErrorAnswer ofStatus(int status) {
        return switch (status) {
            case 401 -> of(ErrorCode.UNAUTHORIZED, "This needs a token.");
            case 403 -> of(ErrorCode.FORBIDDEN, "This is not allowed.");
            case 404 -> of(ErrorCode.NOT_FOUND, "There is nothing at this path.");
            case 405 -> of(ErrorCode.METHOD_NOT_ALLOWED, "This path does not know this method.");
            case 409 -> of(ErrorCode.CONFLICT, "The request contradicts the present state of things.");
            case 413 -> of(ErrorCode.VALUE_TOO_LARGE, "The request is too large.");
            case 415 -> of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The content type is not one that is understood here.");
            case 503 -> of(RefusedException.temporary(ErrorCode.UNAVAILABLE, AWAY, Duration.ofSeconds(1)));
            // An unknown transfer coding and an unknown version of HTTP, both of which only the client can mend.
            case 501, 505 -> of(ErrorCode.BAD_REQUEST, MALFORMED);
            default -> status < 500 ? of(ErrorCode.BAD_REQUEST, MALFORMED) : of(ErrorCode.INTERNAL_ERROR, FAILED);
        };
    }

    ErrorAnswer withDetail(String facts) {
        return new ErrorAnswer(code, message, facts, retryAfter);
    }

    /** Sends the error instead of whatever was written so far; fields of the header stay. */
    void send(HttpServletResponse response) throws IOException {
        response.resetBuffer();
        if (code == ErrorCode.UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        if (retryAfter != null) {
            response.setHeader("Retry-After", Long.toString(Timestamps.wholeSeconds(retryAfter)));
        }
        AnswerWriter.write(response, new Answer(code.status(), this, null, true));
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("error", code.wireName());
        json.writeStringProperty("message", message);
        if (detail != null) {
            json.writeStringProperty("detail", detail);
        }
        json.writeEndObject();
    }
}
