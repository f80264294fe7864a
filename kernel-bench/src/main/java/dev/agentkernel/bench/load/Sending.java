package dev.agentkernel.bench.load;

import dev.agentkernel.bench.client.BlockingConnection;
import dev.agentkernel.bench.client.Pace;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.process.BenchmarkFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** Sends over some connections; the content of each message is when it was due, in nanoseconds. */
public final class Sending implements AutoCloseable {

    private static final int CONNECTIONS = 32;

    private final List<Agent> senders;
    private final List<Line> lines = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ConcurrentHistogram latencies = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
    private final AtomicReference<@Nullable String> refusal = new AtomicReference<>();

    /** A connection with the sends that are not answered yet. */
    private record Line(BlockingConnection connection, BlockingQueue<Long> dueNanos) {}

    /** Connects to a kernel; the senders send in turn. */
    public Sending(InetSocketAddress kernel, List<Agent> senders) throws IOException {
        this.senders = senders;
        for (int i = 0; i < CONNECTIONS; i++) {
            Line line = new Line(new BlockingConnection(kernel), new LinkedBlockingQueue<>());
            lines.add(line);
            Thread.ofVirtual().start(() -> receive(line));
        }
    }

    private void receive(Line line) {
        try {
            while (!closed.get()) {
                long due = line.dueNanos().take();
                BlockingConnection.Received answer = line.connection().receive();
                if (answer.status() != 202) {
                    refusal.compareAndSet(null, answer.status() + " " + answer.body());
                }
                latencies.recordValue(Math.max(0, System.nanoTime() - due));
            }
        } catch (IOException | InterruptedException ended) {
            if (!closed.get()) {
                refusal.compareAndSet(null, ended.toString());
            }
        }
    }

    /** Returns the times from when a send was due to its answer, since the last {@link #reset}. */
    public ConcurrentHistogram latencies() {
        return latencies.copy();
    }

    /** Forgets the latencies so far. */
    public void reset() {
        latencies.reset();
    }

    /**
     * Sends one message.
     *
     * @throws BenchmarkFailure if one of those before was not accepted
     */
    public void send(long number, long dueNanos, Agent to) throws IOException {
        Line line = lines.get((int) (number % lines.size()));
        line.dueNanos().add(dueNanos);
        line.connection()
                .send(Request.message(
                        senders.get((int) (number % senders.size())).token(), to.address(), Long.toString(dueNanos)));
        String wrong = refusal.get();
        if (wrong != null) {
            throw new BenchmarkFailure("a send was answered: " + wrong);
        }
    }

    /** Sends to each in turn at a steady rate. */
    public void sendTo(List<Agent> recipients, int perSecond, long seconds) throws IOException {
        Pace.keep(
                perSecond * seconds,
                perSecond,
                (number, dueNanos) -> send(number, dueNanos, recipients.get((int) (number % recipients.size()))));
    }

    @Override
    public void close() {
        closed.set(true);
        lines.forEach(line -> line.connection().close());
    }
}
