package dev.agentkernel.bench.client;

import java.io.IOException;

/** Says that a server sent something that is not an HTTP/1.1 response which this client can read. */
public final class MalformedResponseException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedResponseException(String message) {
        super(message);
    }
}
