package dev.agentkernel.bench.sockets;

import dev.agentkernel.bench.client.Pace;
import dev.agentkernel.bench.load.Agent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.ConcurrentHistogram;

/** Workers that send to each other in turn, at a steady rate, and acknowledge what they get at once. */
final class Conversation {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final List<Agent> agents;
    private final List<WorkerSocket> sockets;
    private final ConcurrentHistogram latencies = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(1), 3);
    private final AtomicLong acknowledged = new AtomicLong();

    /** Begins to receive over the sockets, one for each of the agents. */
    Conversation(List<Agent> agents, List<WorkerSocket> sockets) {
        this.agents = agents;
        this.sockets = sockets;
        sockets.forEach(socket -> Thread.ofVirtual().start(() -> receive(socket)));
    }

    /**
     * What was said within a time.
     *
     * @param acknowledged how many messages went all the way, of those that were sent
     * @param seconds until the last of them, or until nobody waited any more
     * @param latencies from when a send was due to its frame at the receiver
     */
    record Result(long sent, long acknowledged, double seconds, AbstractHistogram latencies) {}

    /** Lets them talk. */
    Result talk(int perSecond, long seconds) throws IOException {
        latencies.reset();
        acknowledged.set(0);
        long messages = perSecond * seconds;
        long startNanos = System.nanoTime();
        Pace.keep(messages, perSecond, (number, dueNanos) -> {
            int from = (int) (number % sockets.size());
            sockets.get(from).send(agents.get((from + 1) % sockets.size()), Long.toString(dueNanos));
        });
        long giveUp = System.nanoTime() + PATIENCE_NANOS;
        while (acknowledged.get() < messages && System.nanoTime() - giveUp < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        return new Result(messages, acknowledged.get(), (System.nanoTime() - startNanos) / 1e9, latencies.copy());
    }

    private void receive(WorkerSocket socket) {
        try {
            while (true) {
                String frame = socket.read();
                HandedMessage message = HandedMessage.in(frame).orElse(null);
                if (message != null) {
                    latencies.recordValue(Math.max(0, System.nanoTime() - message.content()));
                    socket.acknowledge(message.id());
                } else if (frame.startsWith("{\"type\":\"acked\"")) {
                    acknowledged.incrementAndGet();
                }
            }
        } catch (IOException ended) {
            // The scenario is over, or the figures show what is missing.
            return;
        }
    }
}
