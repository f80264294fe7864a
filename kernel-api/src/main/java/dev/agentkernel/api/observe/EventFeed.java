package dev.agentkernel.api.observe;

import dev.agentkernel.api.lifecycle.StartOrder;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.EventQuery.Effort;
import dev.agentkernel.core.events.EventQuery.Order;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.observation.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The growing end of the log, for all streams together: read once and encoded once, however many follow. Each stream has its own
 * place and asks for what comes after it; one that is too far behind reads from the log itself. So there is no hand-over in which
 * an event could be lost or shown twice.
 *
 * <p>Hints tell when to look; with all of them lost, the log is looked at once a second.
 */
@Component
final class EventFeed implements SmartLifecycle, EventStreams {

    private static final Logger log = LoggerFactory.getLogger(EventFeed.class);

    private static final Duration BACKSTOP = Duration.ofSeconds(1);

    /** Commits within this time are one step for the streams: waking each of them for each commit would cost more than the events. */
    private static final Duration GATHER = Duration.ofMillis(5);

    private static final int RECENT_MAX = 4_096;
    private static final long RECENT_BYTES_MAX = 8L << 20;
    private static final int STEP_EVENTS = 500;
    private static final Effort STEP = new Effort(10_000, 16L << 20, 512L << 10);

    private final Observation observation;
    private final Wakeups wakeups;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final Condition wanted = lock.newCondition();

    // Guarded by the lock.
    private final @Nullable Streamed[] recent = new @Nullable Streamed[RECENT_MAX];
    private long oldest = 1;
    private long reached;
    private long recentBytes;
    private int streams;
    private boolean hinted;

    private volatile boolean running;

    /** An event with its text. */
    record Streamed(Event event, ByteString json) {}

    /** What comes next for a stream, up to a place that it is at then. */
    record Next(List<Streamed> events, long reached) {}

    EventFeed(Kernel kernel, Wakeups wakeups) {
        this.observation = kernel.liveObservation();
        this.wakeups = wakeups;
    }

    @Override
    public void start() {
        running = true;
        Thread.ofPlatform().name("kernel-event-feed").daemon().start(this::follow);
    }

    private void follow() {
        try (Wakeups.Subscription hints = wakeups.subscribe(new Hints())) {
            while (running) {
                followOnce();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Hints implements Wakeups.Listener {

        @Override
        public void onLogReached(long seq) {
            hint();
        }

        @Override
        public void onRescan() {
            hint();
        }
    }

    private void hint() {
        lock.lock();
        try {
            hinted = true;
            wanted.signal();
        } finally {
            lock.unlock();
        }
    }

    private void followOnce() throws InterruptedException {
        long since;
        lock.lockInterruptibly();
        try {
            long left = BACKSTOP.toNanos();
            while ((!hinted || streams == 0) && running && left > 0) {
                left = wanted.awaitNanos(left);
            }
            left = GATHER.toNanos();
            while (running && left > 0) {
                left = wanted.awaitNanos(left);
            }
            if (streams == 0 || !running) {
                return;
            }
            hinted = false;
            since = reached;
        } finally {
            lock.unlock();
        }
        try {
            advance(since);
        } catch (RuntimeException away) {
            log.debug("The log cannot be followed at present; it is tried again in {}", BACKSTOP, away);
        }
    }

    private void advance(long since) {
        long from = since;
        EventPage page;
        do {
            page = read(from, EventFilter.ALL);
            List<Streamed> encoded = encoded(page);
            lock.lock();
            try {
                encoded.forEach(this::keep);
                reached = page.reached();
                grown.signalAll();
            } finally {
                lock.unlock();
            }
            from = page.reached();
        } while (page.hasMore() && running);
    }

    private EventPage read(long since, EventFilter filter) {
        return observation.events(new EventQuery(since, Long.MAX_VALUE, Order.OLDEST_FIRST, filter, STEP_EVENTS, STEP));
    }

    private static List<Streamed> encoded(EventPage page) {
        return page.events().stream()
                .map(event -> new Streamed(event, EventText.json(event)))
                .toList();
    }

    private static int slot(long seq) {
        return (int) (seq % RECENT_MAX);
    }

    private void keep(Streamed streamed) {
        long seq = streamed.event().seq();
        if (seq != reached + 1 && reached >= oldest) {
            // A retention has dropped what lies between: what is kept begins anew.
            forget(seq);
        }
        if (streamed.event().type() == EventType.CONTENT_REMOVED) {
            // What is kept may show what was removed; the log does not any more.
            forget(seq);
        }
        while (oldest <= seq - RECENT_MAX || (recentBytes > RECENT_BYTES_MAX && oldest < seq)) {
            drop(oldest++);
        }
        recent[slot(seq)] = streamed;
        recentBytes += streamed.json().size();
        reached = seq;
    }

    private void drop(long seq) {
        Streamed dropped = recent[slot(seq)];
        if (dropped != null) {
            recentBytes -= dropped.json().size();
            recent[slot(seq)] = null;
        }
    }

    private void forget(long next) {
        for (int i = 0; i < RECENT_MAX; i++) {
            recent[i] = null;
        }
        recentBytes = 0;
        oldest = next;
    }

    /** A stream begins; it must call {@link #leave} at its end. */
    void join() {
        long last = observation.lastSeq();
        lock.lock();
        try {
            if (streams++ == 0) {
                // Nobody has followed meanwhile.
                forget(last + 1);
                reached = last;
            }
            hinted = true;
            wanted.signal();
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            streams--;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int open() {
        lock.lock();
        try {
            return streams;
        } finally {
            lock.unlock();
        }
    }

    /** Whether streams go on; when not, they should end. */
    boolean isOpen() {
        return running;
    }

    /** What comes after a place and matches; waits for a while when there is nothing, and may come back without anything. */
    Next next(long since, EventFilter filter, Duration wait) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = wait.toNanos();
            while (since >= reached && running && left > 0) {
                left = grown.awaitNanos(left);
            }
            if (since >= reached) {
                return new Next(List.of(), since);
            }
            if (since + 1 >= oldest) {
                return fromRecent(since, filter);
            }
        } finally {
            lock.unlock();
        }
        EventPage page = read(since, filter);
        return new Next(encoded(page), page.reached());
    }

    private Next fromRecent(long since, EventFilter filter) {
        List<Streamed> events = new ArrayList<>();
        long last = Math.min(reached, since + STEP_EVENTS);
        for (long seq = since + 1; seq <= last; seq++) {
            Streamed streamed = recent[slot(seq)];
            if (streamed != null && filter.matches(streamed.event())) {
                events.add(streamed);
            }
        }
        return new Next(events, last);
    }

    @Override
    public void stop() {
        running = false;
        lock.lock();
        try {
            wanted.signalAll();
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return StartOrder.CONNECTIONS.phase();
    }
}
