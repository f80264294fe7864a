package dev.agentkernel.api.server;

import dev.agentkernel.api.requests.ClientConnection;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Remembers the connections of requests that wait or take messages, so that their handlers can see whether the client is still there:
 * before it is given something that it would lose.
 */
final class ConnectionValve extends ValveBase {

    private static final String WAIT = "wait=";
    private static final String QUEUE = "/v1/messages";

    ConnectionValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (mayWait(request) || mayTake(request)) {
            ClientConnection.remember(request);
        }
        getNext().invoke(request, response);
    }

    private static boolean mayWait(Request request) {
        String query = request.getQueryString();
        return query != null && query.contains(WAIT);
    }

    private static boolean mayTake(Request request) {
        return request.getMethod().equals("GET") && request.getRequestURI().endsWith(QUEUE);
    }
}
