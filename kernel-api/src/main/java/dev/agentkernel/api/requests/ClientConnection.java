package dev.agentkernel.api.requests;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a request came by. A server does not notice that a client which waits is gone, and its first write to a
 * closed connection succeeds; so whoever has kept a client waiting looks before it gives something away. It cannot see that a
 * client's host vanished without a word.
 */
public final class ClientConnection {

    /** Where {@link #remember} leaves the server's own request. */
    private static final String ATTRIBUTE = ClientConnection.class.getName();

    private final @Nullable Request request;

    private ClientConnection(@Nullable Request request) {
        this.request = request;
    }

    /** Lets the connection of a request be found later. */
    public static void remember(org.apache.catalina.connector.Request request) {
        request.setAttribute(ATTRIBUTE, request.getCoyoteRequest());
    }

    /** The connection of a request that it was remembered for; any other counts as open. */
    public static ClientConnection of(HttpServletRequest request) {
        return new ClientConnection((Request) request.getAttribute(ATTRIBUTE));
    }

    /**
     * Whether the client has neither closed nor reset its side, as far as this host has heard; never blocks. To be called by the
     * thread that serves the request, and only after its body was read.
     */
    public boolean isOpen() {
        // A read without blocking fails at the end of the stream and after a reset, which counts as something to be
        // read. What a
        // client sent ahead counts once: the server keeps it, and reads no further while it has it.
        return request == null || !somethingToRead(request) || !somethingToRead(request);
    }

    private static boolean somethingToRead(Request request) {
        request.action(ActionCode.AVAILABLE, Boolean.TRUE);
        return request.getAvailable() > 0;
    }
}
