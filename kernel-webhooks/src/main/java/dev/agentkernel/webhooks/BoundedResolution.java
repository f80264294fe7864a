package dev.agentkernel.webhooks;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves names in a bounded time with a bounded number of threads. The system's resolver can be neither interrupted nor
 * given a time limit, so a resolution that is given up keeps its thread until the resolver returns.
 */
final class BoundedResolution implements AutoCloseable {

    /** How a resolution ended. */
    sealed interface Outcome {
        /** The resolver answered; the list may be empty. */
        record Answered(List<InetAddress> addresses) implements Outcome {}

        /** The resolver knows no such name or failed. */
        record Failed() implements Outcome {}

        /** No answer in time, or too many others were waiting for one. */
        record GivenUp() implements Outcome {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(BoundedResolution.class);

    private final NameResolver resolver;
    private final Duration timeout;
    private final ThreadPoolExecutor threads;

    BoundedResolution(NameResolver resolver, Duration timeout, int resolutionsMax) {
        this.resolver = resolver;
        this.timeout = timeout;
        this.threads = new ThreadPoolExecutor(
                resolutionsMax,
                resolutionsMax,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(resolutionsMax),
                Thread.ofPlatform().daemon().name("webhook-resolver-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** The addresses of this name, or why there are none. Never blocks for longer than the timeout. */
    Outcome resolve(String hostName) {
        Future<List<InetAddress>> answer;
        try {
            answer = threads.submit(() -> List.copyOf(resolver.resolve(hostName)));
        } catch (RejectedExecutionException full) {
            return new Outcome.GivenUp();
        }
        try {
            return new Outcome.Answered(answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return new Outcome.GivenUp();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Outcome.GivenUp();
        } catch (ExecutionException failed) {
            reportUnlessUnknownHost(hostName, failed.getCause());
            return new Outcome.Failed();
        } finally {
            answer.cancel(true);
        }
    }

    private static void reportUnlessUnknownHost(String hostName, @Nullable Throwable cause) {
        if (!(cause instanceof UnknownHostException)) {
            LOG.warn("Resolving webhook host {} failed in an unexpected way; its URL is refused", hostName, cause);
        }
    }

    /** Stops the threads; a resolution under way is interrupted and given up. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
