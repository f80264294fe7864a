package dev.agentkernel.api.sockets;

/** The client broke the protocol or a limit; carries no stack trace, as the cause is outside. */
final class ProtocolViolation extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient SocketClose close;

    ProtocolViolation(SocketClose close) {
        super(close.reason(), null, false, false);
        this.close = close;
    }

    ProtocolViolation(int code, String reason) {
        this(new SocketClose(code, reason));
    }

    SocketClose close() {
        return close;
    }
}
