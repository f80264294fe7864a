package dev.agentkernel.api.server;

import dev.agentkernel.api.requests.RequestIds;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.slf4j.MDC;

/** Gives every request its id: in the answer's header, and in what its thread logs. */
final class RequestIdValve extends ValveBase {

    RequestIdValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String id = RequestIds.of(request);
        response.setHeader(RequestIds.FIELD, id);
        MDC.put(RequestIds.CONTEXT, id);
        try {
            getNext().invoke(request, response);
        } finally {
            MDC.remove(RequestIds.CONTEXT);
        }
    }
}
