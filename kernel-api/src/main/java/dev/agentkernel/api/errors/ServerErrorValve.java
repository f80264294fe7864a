package dev.agentkernel.api.errors;

import dev.agentkernel.api.requests.RequestIds;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Gives errors that the server finds by itself (a broken request line, a header that is too large) the contract's form. Tomcat
 * makes it by its name.
 */
public final class ServerErrorValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable fault) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        // What is broken before it has a path passes no other valve.
        response.setHeader(RequestIds.FIELD, RequestIds.of(request));
        try {
            ErrorAnswer.ofStatus(status).send(response);
            response.finishResponse();
        } catch (IOException | IllegalStateException gone) {
            container.getLogger().debug("An error could not be sent", gone);
        }
    }
}
