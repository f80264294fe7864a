package dev.agentkernel.bench.cluster;

import dev.agentkernel.bench.client.Pace;
import dev.agentkernel.bench.load.Agent;
import dev.agentkernel.bench.sockets.HandedMessage;
import dev.agentkernel.bench.sockets.WorkerSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Agents that send over sockets at some replicas to agents with sockets at some, at a steady rate. */
final class Crossing {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final List<Agent> senders;
    private final List<Agent> receivers;
    private final ConcurrentHistogram latencies = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(2), 3);
    private final AtomicLong arrived = new AtomicLong();

    /** What came of it; latencies in nanoseconds, from when a send was due. */
    record Outcome(long sent, long arrived, Histogram latencies, double seconds) {}

    Crossing(List<Agent> senders, List<Agent> receivers) {
        this.senders = senders;
        this.receivers = receivers;
    }

    /** Senders and receivers are spread over their replicas; tells when everybody is connected and it begins. */
    Outcome run(
            List<InetSocketAddress> from,
            List<InetSocketAddress> to,
            int perSecond,
            Duration time,
            Runnable beginning) {
        List<WorkerSocket> open = new ArrayList<>();
        try {
            for (int i = 0; i < receivers.size(); i++) {
                WorkerSocket socket = connect(to.get(i % to.size()), receivers.get(i), open);
                Thread.ofVirtual().start(() -> receive(socket));
            }
            List<WorkerSocket> sending = new ArrayList<>();
            for (int i = 0; i < senders.size(); i++) {
                WorkerSocket socket = connect(from.get(i % from.size()), senders.get(i), open);
                Thread.ofVirtual().start(() -> discard(socket));
                sending.add(socket);
            }
            // What earlier rounds left in the queues arrives first.
            awaitQuiet();
            latencies.reset();
            arrived.set(0);
            beginning.run();
            long startNanos = System.nanoTime();
            long sent = send(sending, perSecond, time);
            awaitArrivals(sent);
            return new Outcome(sent, arrived.get(), latencies.copy(), (System.nanoTime() - startNanos) / 1e9);
        } catch (IOException failure) {
            throw ClusterScenario.broken(failure);
        } finally {
            open.forEach(WorkerSocket::close);
        }
    }

    private static WorkerSocket connect(InetSocketAddress kernel, Agent agent, List<WorkerSocket> open)
            throws IOException {
        WorkerSocket socket = new WorkerSocket(kernel, agent, "default");
        open.add(socket);
        return socket;
    }

    private void awaitQuiet() {
        long before = -1;
        while (before != arrived.get()) {
            before = arrived.get();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }

    private long send(List<WorkerSocket> sending, int perSecond, Duration time) throws IOException {
        long messages = perSecond * time.toSeconds();
        // The content is when it was due.
        Pace.keep(
                messages,
                perSecond,
                (number, dueNanos) -> sending.get((int) (number % sending.size()))
                        .send(receivers.get((int) (number * 7 % receivers.size())), Long.toString(dueNanos)));
        return messages;
    }

    private void awaitArrivals(long sent) {
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (arrived.get() < sent && System.nanoTime() - giveUp < 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void receive(WorkerSocket socket) {
        try {
            while (true) {
                HandedMessage message = HandedMessage.in(socket.read()).orElse(null);
                if (message != null) {
                    latencies.recordValue(Math.max(0, System.nanoTime() - message.content()));
                    arrived.incrementAndGet();
                    socket.acknowledge(message.id());
                }
            }
        } catch (IOException ended) {
            // The scenario is over, or the figures show what is missing.
            return;
        }
    }

    private static void discard(WorkerSocket socket) {
        try {
            while (true) {
                socket.read();
            }
        } catch (IOException ended) {
            // As above.
            return;
        }
    }
}
