package dev.agentkernel.bench.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Drives a fixed number of connections from one thread, each of which sends its next request as soon as the answer to the last one
 * is complete.
 *
 * <p>One thread with a selector, since that was measured to leave the server more of a small machine than a thread per connection
 * does: see the module's README. An answer with an unexpected status, and a broken connection, are counted and the loop goes on; a
 * server that answers nothing at all for {@link #SILENCE_MAX} ends it.
 */
public final class ClosedLoop implements Closeable {
    /** How long the server may leave all outstanding requests unanswered. */
    public static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private static final long SELECT_MILLIS_MAX = 1_000;
    private static final long LATENCY_NANOS_MAX = Duration.ofMinutes(2).toNanos();
    private static final int LATENCY_DIGITS = 3;
    private static final int OUTCOMES_MAX = 20;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LoadPlan plan;
    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final Histogram latencies = new Histogram(LATENCY_NANOS_MAX, LATENCY_DIGITS);
    private final Map<String, Long> unexpected = new TreeMap<>();
    private long deadlineNanos;
    private long lastAnswerNanos;
    private long started;
    private long answered;
    private long reconnects;
    private int outstanding;

    private ClosedLoop(LoadPlan plan) throws IOException {
        this.plan = plan;
        this.selector = Selector.open();
    }

    /**
     * Runs the plan to its end in the calling thread: opens the connections, then measures, then closes them.
     *
     * @throws IOException when the server cannot be reached or has gone silent
     */
    public static LoadResult run(LoadPlan plan) throws IOException {
        try (ClosedLoop loop = new ClosedLoop(plan)) {
            loop.connect();
            return loop.measure();
        }
    }

    private void connect() throws IOException {
        for (int i = 0; i < plan.connections(); i++) {
            Connection connection =
                    new Connection(plan.server(), plan.requests().requestBytesMax());
            connections.add(connection);
            connection.channel().register(selector, SelectionKey.OP_READ, connection);
        }
    }

    private LoadResult measure() throws IOException {
        long cpuBefore = THREADS.getCurrentThreadCpuTime();
        long startNanos = System.nanoTime();
        deadlineNanos = startNanos + plan.duration().toNanos();
        lastAnswerNanos = startNanos;
        for (Connection connection : connections) {
            startNext(connection, System.nanoTime());
        }
        while (outstanding > 0) {
            int ready = selector.select(this::handle, SELECT_MILLIS_MAX);
            if (ready == 0) {
                checkAlive();
            }
        }
        Duration cpu = Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - cpuBefore);
        Duration elapsed = Duration.ofNanos(Math.max(1, lastAnswerNanos - startNanos));
        return new LoadResult(answered, elapsed, latencies, Map.copyOf(unexpected), reconnects, cpu);
    }

    private void checkAlive() throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted with " + outstanding + " requests outstanding");
        }
        if (System.nanoTime() - lastAnswerNanos > SILENCE_MAX.toNanos()) {
            throw new IOException(plan.server() + " left " + outstanding + " requests unanswered for "
                    + SILENCE_MAX.toSeconds() + " s");
        }
    }

    private void handle(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isWritable() && connection.flush()) {
                key.interestOps(SelectionKey.OP_READ);
            }
            if (key.isReadable() && connection.receive()) {
                take(connection);
            }
        } catch (IOException failure) {
            outstanding--;
            count("connection broken: " + failure.getMessage());
            replace(connection);
        }
    }

    private void take(Connection connection) {
        long nowNanos = System.nanoTime();
        ResponseReader response = connection.reader();
        outstanding--;
        lastAnswerNanos = nowNanos;
        if (response.status() == plan.expectedStatus()) {
            answered++;
            latencies.recordValue(Math.min(nowNanos - connection.startedNanos(), LATENCY_NANOS_MAX));
        } else {
            count(response.status() + " " + response.errorBody());
        }
        if (response.closing()) {
            reconnects++;
            replace(connection);
        } else {
            response.reset();
            startNext(connection, nowNanos);
        }
    }

    private void replace(Connection connection) {
        long nowNanos = System.nanoTime();
        try {
            connection.reconnect();
            connection.channel().register(selector, SelectionKey.OP_READ, connection);
        } catch (IOException failure) {
            // The connection stays out of this run: the count makes the run fail.
            count("cannot reconnect: " + failure.getMessage());
            return;
        }
        startNext(connection, nowNanos);
    }

    private void startNext(Connection connection, long nowNanos) {
        try {
            if (nowNanos >= deadlineNanos || started == plan.requestsMax()) {
                // An idle connection that the server closes would look like a broken one.
                connection.close();
                return;
            }
            started++;
            boolean written = connection.start(plan.requests(), nowNanos);
            outstanding++;
            if (!written) {
                connection.channel().keyFor(selector).interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        } catch (IOException failure) {
            count("cannot write: " + failure.getMessage());
        }
    }

    private void count(String outcome) {
        boolean known = unexpected.containsKey(outcome) || unexpected.size() < OUTCOMES_MAX;
        unexpected.merge(known ? outcome : "other outcomes", 1L, Long::sum);
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.close();
        }
        selector.close();
    }
}
