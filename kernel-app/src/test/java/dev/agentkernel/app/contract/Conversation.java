package dev.agentkernel.app.contract;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** One connection on which requests go out in parts, byte by byte as given; every answer is held to the OpenAPI document. */
public final class Conversation implements AutoCloseable {

    private final RawConnection connection;
    private final OpenApiContract contract;

    Conversation(RawConnection connection, OpenApiContract contract) {
        this.connection = connection;
        this.contract = contract;
    }

    /** Sends a part of a request; characters stand for bytes. */
    public void send(String part) throws IOException {
        connection.send(part.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Ends this side of the connection: nothing more will be sent. */
    public void sendEnd() throws IOException {
        connection.sendEnd();
    }

    /** The answer to what was sent since the last one. */
    public Answer receive() throws IOException {
        Exchange exchange = connection.receive();
        contract.verify(exchange);
        return Answer.of(exchange);
    }

    /** Whether the service says that the body of the request is wanted, before anything else. */
    public boolean isToldToGoOn() throws IOException {
        return connection.isContinued();
    }

    /** Whether the service ended the connection without a further byte. */
    public boolean isAtEnd() throws IOException {
        return connection.isAtEnd();
    }

    /** Breaks the connection off. */
    public void reset() throws IOException {
        connection.reset();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
