package dev.agentkernel.api.observe;

import dev.agentkernel.api.observe.EventFeed.Next;
import dev.agentkernel.api.observe.EventFeed.Streamed;
import dev.agentkernel.api.sockets.OpenSocket;
import dev.agentkernel.api.sockets.SocketClose;
import dev.agentkernel.api.sockets.SocketListener;
import dev.agentkernel.core.events.EventFilter;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream of events over a socket. What the client has not taken yet is bounded: a slow one falls behind in the log, not in
 * memory, and one that takes nothing at all is closed by the rules for sockets and can go on from the last {@code seq} that it saw.
 */
final class EventSocket implements SocketListener {

    private static final Logger log = LoggerFactory.getLogger(EventSocket.class);

    /** Beyond this, nothing more is given to the socket until it is drained. */
    private static final int QUEUED_BYTES_MAX = 256 << 10;

    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final long LOOK_MILLIS = 50;

    private final OpenSocket socket;
    private final EventFeed feed;
    private final EventFilter filter;
    private final Semaphore drained = new Semaphore(0);
    private long place;

    EventSocket(OpenSocket socket, EventFeed feed, EventFilter filter, long since) {
        this.socket = socket;
        this.feed = feed;
        this.filter = filter;
        this.place = since;
    }

    @Override
    public void opened() {
        feed.join();
        Thread.ofVirtual().name("event-stream").start(this::stream);
    }

    private void stream() {
        try {
            while (socket.isOpen() && feed.isOpen()) {
                Next next = feed.next(place, filter, WAIT);
                for (Streamed streamed : next.events()) {
                    awaitRoom();
                    if (!socket.send(streamed.json().unsafeArray())) {
                        return;
                    }
                }
                place = next.reached();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException fault) {
            log.debug("A stream of events ends", fault);
            socket.close(SocketClose.TRY_AGAIN);
        } finally {
            feed.leave();
        }
    }

    private void awaitRoom() throws InterruptedException {
        while (socket.queuedBytes() > QUEUED_BYTES_MAX && socket.isOpen()) {
            if (drained.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                drained.drainPermits();
            }
        }
    }

    /** A client has nothing to say here. */
    @Override
    public void text(byte[] utf8) {}

    @Override
    public void drained() {
        drained.release();
    }
}
