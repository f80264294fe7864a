package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.client.BlockingConnection;
import dev.agentkernel.bench.client.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The way to whichever kernel runs now, with connections that are kept. Nothing is ever sent twice. Safe for use by many threads. */
final class KernelLine implements AutoCloseable {

    private static final Duration SILENCE_MAX = Duration.ofSeconds(60);

    /** The kernel closes idle connections after twenty seconds, and must not do so while a request is under way. */
    private static final long IDLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    private record Idle(BlockingConnection connection, InetSocketAddress kernel, long sinceNanos) {}

    private final Deque<Idle> idle = new ConcurrentLinkedDeque<>();
    private volatile @Nullable InetSocketAddress kernel;

    /** A kernel is there. */
    void up(InetSocketAddress address) {
        kernel = address;
    }

    /** No kernel is there. */
    void down() {
        kernel = null;
    }

    /** Where the kernel is, empty when there is none. */
    Optional<InetSocketAddress> kernel() {
        return Optional.ofNullable(kernel);
    }

    /** Sends a request and returns its answer; after an exception nobody knows whether it was done. */
    BlockingConnection.Received exchange(Request request, Map<String, String> headers) throws IOException {
        InetSocketAddress now = kernel;
        if (now == null) {
            throw new IOException("no kernel is running");
        }
        BlockingConnection connection = connectionTo(now);
        try {
            connection.send(request, headers);
            BlockingConnection.Received answer = connection.receive();
            if ("close".equalsIgnoreCase(answer.headers().get("connection"))) {
                connection.close();
            } else {
                idle.push(new Idle(connection, now, System.nanoTime()));
            }
            return answer;
        } catch (IOException | RuntimeException broken) {
            connection.close();
            throw broken;
        }
    }

    private BlockingConnection connectionTo(InetSocketAddress now) throws IOException {
        for (Idle each = idle.poll(); each != null; each = idle.poll()) {
            if (each.kernel().equals(now) && System.nanoTime() - each.sinceNanos() < IDLE_NANOS_MAX) {
                return each.connection();
            }
            each.connection().close();
        }
        return new BlockingConnection(now, SILENCE_MAX);
    }

    @Override
    public void close() {
        idle.forEach(each -> each.connection().close());
    }
}
