package dev.agentkernel.api.sockets;

import dev.agentkernel.api.requests.BytesInFlight;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sockets of the process: lets them in, looks after them with one timer, and closes them at the end. Safe for use by many
 * threads.
 */
public final class Sockets implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Sockets.class);

    /** How often each socket is looked at: how late a ping or a silence may be noticed. */
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** How long clients have at shutdown to take the good-bye. */
    private static final Duration FAREWELL_MAX = Duration.ofSeconds(2);

    private final BytesInFlight inFlight;
    private final LongSupplier nanoTime;
    private final Set<OpenSocket> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("kernel-sockets").daemon().unstarted(task));
    private final AtomicLong queuedBytes = new AtomicLong();
    private final long queuedBytesMax;
    private volatile boolean closing;

    /**
     * Makes an empty set of sockets, which looks after none until {@link #start}.
     *
     * @param nanoTime a clock that never goes back
     */
    public Sockets(BytesInFlight inFlight, LongSupplier nanoTime) {
        this.inFlight = inFlight;
        this.queuedBytesMax = inFlight.most() / 2;
        this.nanoTime = nanoTime;
    }

    /** Starts to look after the sockets. */
    public void start() {
        long period = PERIOD.toMillis();
        var unused = timer.scheduleWithFixedDelay(this::runOnce, period, period, TimeUnit.MILLISECONDS);
    }

    /**
     * Answers a handshake; from then on the connection is a socket.
     *
     * @param endpoint makes the listener of the new socket; called before the answer goes out, while nothing can be sent yet
     * @throws RefusedException {@code bad_request} if the request is no handshake, {@code too_many_connections} beyond the rules,
     *     {@code unavailable} at shutdown
     */
    public void accept(
            SocketRules rules,
            HttpServletRequest request,
            HttpServletResponse response,
            Function<OpenSocket, SocketListener> endpoint)
            throws IOException, ServletException {
        Handshake.check(request, response);
        if (closing) {
            throw RefusedException.temporary(ErrorCode.UNAVAILABLE, "The kernel is shutting down.", RETRY_AFTER);
        }
        AtomicInteger count = count(rules.name());
        if (count.incrementAndGet() > rules.socketsMax()) {
            count.decrementAndGet();
            throw RefusedException.temporary(
                    ErrorCode.TOO_MANY_CONNECTIONS,
                    "There are " + rules.socketsMax() + " connections of this kind already, which is the limit.",
                    RETRY_AFTER);
        }
        boolean accepted = false;
        try {
            Handshake.answer(request, response);
            UpgradedConnection connection = request.upgrade(UpgradedConnection.class);
            FrameReader reader = new FrameReader(rules.messageBytesMax(), inFlight);
            OpenSocket socket = new OpenSocket(rules, this, connection, reader, nanoTime);
            socket.listenBy(endpoint.apply(socket));
            connection.carry(socket);
            open.add(socket);
            accepted = true;
        } finally {
            if (!accepted) {
                count.decrementAndGet();
            }
        }
    }

    AtomicLong queuedBytes() {
        return queuedBytes;
    }

    /** Whether so much waits for clients that nothing should be added that can wait elsewhere. */
    boolean isCrowded() {
        return queuedBytes.get() > queuedBytesMax;
    }

    /** How many sockets an endpoint has, by the name in its rules. */
    public int open(String name) {
        return count(name).get();
    }

    private AtomicInteger count(String name) {
        return counts.computeIfAbsent(name, any -> new AtomicInteger());
    }

    void left(OpenSocket socket) {
        if (open.remove(socket)) {
            count(socket.rules().name()).decrementAndGet();
            if (closing && open.isEmpty()) {
                synchronized (this) {
                    notifyAll();
                }
            }
        }
    }

    /** One round over all sockets: pings, and closes what is silent, slow or too old. */
    public void runOnce() {
        for (OpenSocket socket : open) {
            try {
                socket.look();
            } catch (RuntimeException fault) {
                log.error("Looking after a socket of {} failed", socket.rules().name(), fault);
            }
        }
    }

    /** Refuses new sockets, closes all with 1001, and returns when they are gone or had their time. */
    @Override
    public void close() {
        closing = true;
        open.forEach(socket -> socket.close(SocketClose.GOING_AWAY));
        long deadline = System.nanoTime() + FAREWELL_MAX.toNanos();
        try {
            synchronized (this) {
                long left = deadline - System.nanoTime();
                while (!open.isEmpty() && left > 0) {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                    left = deadline - System.nanoTime();
                }
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
        open.forEach(OpenSocket::lost);
    }
}
