package dev.agentkernel.api.sockets;

/**
 * One endpoint's part of one socket. {@link #opened} and {@link #text} come one at a time and in order, on a virtual thread that
 * may block: meanwhile nothing more is read from this socket, which is how a client is slowed down. The others may come at any time,
 * from any thread, and must be quick. What a listener throws ends its socket with 1011.
 */
public interface SocketListener {

    /** The handshake is over, and frames can be sent. */
    default void opened() {}

    /**
     * A text message arrived, as a whole.
     *
     * @param utf8 valid UTF-8; belongs to the listener
     */
    void text(byte[] utf8);

    /** The queue of outgoing frames was more than half full, and is empty again. */
    default void drained() {}

    /** The socket has ended, for whatever reason: nothing more arrives or can be sent. Called once. */
    default void closed(SocketClose why) {}
}
