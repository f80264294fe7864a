package dev.agentkernel.webhooks.exchange;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** An open connection to one address of an endpoint; used by one exchange at a time. */
final class Connection {

    private final Endpoint endpoint;
    private final Socket transport;
    private final Socket secured;
    private final AnswerReader answers;

    /**
     * Takes over sockets that are connected and, with TLS, verified.
     *
     * @param transport what runs over TCP: closing it ends whatever waits on the connection
     * @param secured what is read and written: the same socket when there is no TLS
     */
    Connection(Endpoint endpoint, Socket transport, Socket secured, int headBytesMax) throws IOException {
        this.endpoint = endpoint;
        this.transport = transport;
        this.secured = secured;
        this.answers = new AnswerReader(secured.getInputStream(), headBytesMax);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Socket transport() {
        return transport;
    }

    InetAddress address() {
        return transport.getInetAddress();
    }

    AnswerReader answers() {
        return answers;
    }

    void write(byte[] request) throws IOException {
        secured.getOutputStream().write(request);
        secured.getOutputStream().flush();
    }

    /** Whether it is open as far as one can tell, and nothing unasked has arrived. */
    boolean isQuiet() {
        try {
            return !transport.isClosed() && answers.isEmpty();
        } catch (IOException broken) {
            return false;
        }
    }

    /** Ends it at once, without the farewell of TLS, which a receiver could delay. */
    void close() {
        close(transport);
    }

    static void close(Socket transport) {
        try {
            transport.close();
        } catch (IOException alreadyBroken) {
            // It is closed all the same.
        }
    }
}
