package dev.agentkernel.api.answers;

import dev.agentkernel.api.json.JsonContent;
import dev.agentkernel.api.json.JsonText;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.core.exc.JacksonIOException;

/**
 * Writes answers with their length declared, so that a client can tell a whole answer from one that broke off. A large content is
 * not held in memory for that: it is written twice, the first time only to be measured.
 */
public final class AnswerWriter {

    private AnswerWriter() {}

    /**
     * Writes an answer; the server sends it when the request is over.
     *
     * @throws IOException if the client is gone
     */
    public static void write(HttpServletResponse response, Answer answer) throws IOException {
        response.setStatus(answer.status());
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (answer.secret()) {
            response.setHeader("Cache-Control", "no-store");
        }
        if (answer.entityTag() != null) {
            response.setHeader("ETag", answer.entityTag());
        }
        if (answer.content() != null) {
            response.setContentType("application/json");
            writeContent(response, answer.content());
        }
    }

    /**
     * Writes an answer and returns when all of it was handed to the network without an error.
     *
     * @throws IOException if the client is known to be gone
     */
    public static void writeThrough(HttpServletResponse response, Answer answer) throws IOException {
        write(response, answer);
        response.flushBuffer();
    }

    private static void writeContent(HttpServletResponse response, JsonContent content) throws IOException {
        MeasuredOutput measured = new MeasuredOutput();
        JsonText.write(content, measured);
        response.setContentLengthLong(measured.size());
        OutputStream stream = response.getOutputStream();
        if (measured.isWhole()) {
            measured.sendTo(stream);
            return;
        }
        try {
            JsonText.write(content, stream);
        } catch (JacksonIOException broken) {
            throw broken.getCause();
        }
    }
}
