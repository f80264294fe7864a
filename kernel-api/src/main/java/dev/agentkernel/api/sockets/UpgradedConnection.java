package dev.agentkernel.api.sockets;

import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.net.SocketWrapperBase.BlockingMode;
import org.apache.tomcat.util.net.SocketWrapperBase.CompletionState;
import org.jspecify.annotations.Nullable;

/**
 * A connection of Tomcat that has left HTTP: hands what arrives to its socket and writes what the socket has. Between events it costs
 * no thread and no buffer of its own. Public only because Tomcat makes it.
 */
public final class UpgradedConnection implements InternalHttpUpgradeHandler {

    /** What is read at once, in a buffer that lives as long as the event: most bring one small frame. */
    private static final int READ_BYTES_FIRST = 1 << 10;

    private static final int READ_BYTES_MORE = 8 << 10;

    private @Nullable SocketWrapperBase<?> wrapper;
    private @Nullable OpenSocket socket;

    /** To be called before the answer to the handshake is sent. */
    void carry(OpenSocket carried) {
        socket = carried;
    }

    private OpenSocket socket() {
        return Objects.requireNonNull(socket, "a connection carries a socket from the handshake on");
    }

    private SocketWrapperBase<?> wrapper() {
        return Objects.requireNonNull(wrapper, "a connection that has left HTTP has its wrapper");
    }

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> given) {
        wrapper = given;
    }

    @Override
    public void init(WebConnection connection) {
        socket().connected();
    }

    /** Comes one at a time for a connection, on a thread of its own. */
    @Override
    public SocketState upgradeDispatch(SocketEvent event) {
        boolean goesOn = switch (event) {
            case OPEN_READ -> readAll();
            case OPEN_WRITE -> true;
            case STOP, TIMEOUT, DISCONNECT, ERROR, CONNECT_FAIL -> false;
        };
        if (!goesOn) {
            socket().lost();
        }
        return goesOn ? SocketState.UPGRADED : SocketState.CLOSED;
    }

    private boolean readAll() {
        ByteBuffer bytes = ByteBuffer.allocate(READ_BYTES_FIRST);
        try {
            while (wrapper().read(false, bytes) > 0) {
                boolean more = !bytes.hasRemaining() && bytes.capacity() < READ_BYTES_MORE;
                socket().received(bytes.flip());
                bytes = more ? ByteBuffer.allocate(READ_BYTES_MORE) : bytes.clear();
            }
            return !wrapper().isClosed();
        } catch (IOException gone) {
            return false;
        }
    }

    /**
     * Writes all of the buffers; not to be called again before that is done.
     *
     * @param later called when it is done, if it could not be done at once
     * @param failed called if it cannot be done, now or later
     * @return whether it is done
     */
    boolean write(ByteBuffer[] buffers, Runnable later, Runnable failed) {
        CompletionState state = wrapper()
                .write(
                        BlockingMode.NON_BLOCK,
                        -1,
                        TimeUnit.MILLISECONDS,
                        null,
                        SocketWrapperBase.COMPLETE_WRITE,
                        new WriteEnd(later, failed),
                        buffers);
        if (state == CompletionState.NOT_DONE) {
            throw new IllegalStateException("a write began while another was under way");
        }
        return state == CompletionState.INLINE;
    }

    private record WriteEnd(Runnable later, Runnable failed) implements CompletionHandler<Long, @Nullable Object> {

        @Override
        public void completed(Long bytes, @Nullable Object nothing) {
            later.run();
        }

        @Override
        public void failed(Throwable fault, @Nullable Object nothing) {
            failed.run();
        }
    }

    /**
     * Closes the connection as soon as no event is being handled. A close beside one would leave the connection in Tomcat's list of
     * those that are waited for.
     */
    void end() {
        SocketWrapperBase<?> ended = wrapper;
        if (ended != null) {
            Thread.ofVirtual().name("socket-end").start(() -> {
                Lock lock = ended.getLock();
                lock.lock();
                try {
                    ended.close();
                } finally {
                    lock.unlock();
                }
            });
        }
    }

    @Override
    public void destroy() {
        socket().lost();
    }

    @Override
    public void timeoutAsync(long now) {}

    @Override
    public void setSslSupport(SSLSupport sslSupport) {}

    @Override
    public void pause() {}
}
