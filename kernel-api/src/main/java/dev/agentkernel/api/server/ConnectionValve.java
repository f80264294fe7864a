package dev.agentkernel.api.server;

import dev.agentkernel.api.requests.ClientConnection;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/** Remembers the connections of requests that may wait, so that their handlers can see whether the client is still there. */
final class ConnectionValve extends ValveBase {

    private static final String WAIT = "wait=";

    ConnectionValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String query = request.getQueryString();
        if (query != null && query.contains(WAIT)) {
            ClientConnection.remember(request);
        }
        getNext().invoke(request, response);
    }
}
