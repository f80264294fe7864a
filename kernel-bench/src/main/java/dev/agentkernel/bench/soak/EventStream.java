package dev.agentkernel.bench.soak;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Follows the events live from the first one on, and goes on after the last one that came whenever the stream ends. */
final class EventStream implements AutoCloseable {

    private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final KernelLine line;
    private final Violations violations;
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicLong last = new AtomicLong();
    private final AtomicLong connects = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    EventStream(KernelLine line, Violations violations) {
        this.line = line;
        this.violations = violations;
        this.thread = Thread.ofVirtual().unstarted(this::follow);
    }

    void start() {
        thread.start();
    }

    /** The number of the last event that came. */
    long last() {
        return last.get();
    }

    /** How often it was connected. */
    long connects() {
        return connects.get();
    }

    private void follow() {
        while (!closed) {
            Optional<InetSocketAddress> kernel = line.kernel();
            kernel.ifPresent(this::followOne);
            LockSupport.parkNanos(RECONNECT_NANOS);
        }
    }

    private void followOne(InetSocketAddress kernel) {
        Follower follower = new Follower();
        URI stream = URI.create("ws://" + kernel.getHostString() + ":" + kernel.getPort()
                + "/observe/events/stream?since=" + last.get());
        try {
            WebSocket socket =
                    client.newWebSocketBuilder().buildAsync(stream, follower).join();
            connects.incrementAndGet();
            while (!closed && !follower.ended.isDone()) {
                LockSupport.parkNanos(RECONNECT_NANOS);
            }
            socket.abort();
        } catch (CompletionException refused) {
            // Killed meanwhile, or refused while the database is away: come back.
        }
    }

    private final class Follower implements WebSocket.Listener {
        private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
            parts.append(part);
            if (isLast) {
                long seq = LogAudit.seqOf(parts.toString());
                long before = last.getAndSet(seq);
                if (seq != before + 1) {
                    violations.add("the stream showed event " + seq + " after event " + before);
                }
                parts.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            ended.complete(true);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable fault) {
            ended.complete(true);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        client.shutdownNow();
    }
}
