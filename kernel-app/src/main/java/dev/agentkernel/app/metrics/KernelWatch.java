package dev.agentkernel.app.metrics;

import dev.agentkernel.api.observe.Gauges;
import dev.agentkernel.core.messages.QueueTotals;
import dev.agentkernel.core.storage.StorageException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the kernel once a second, and tells people how it is at present. What it tells is at most a second old, and asking for
 * it costs nothing. Safe for use by many threads.
 */
final class KernelWatch implements Gauges, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KernelWatch.class);

    private static final double P99 = 0.99;
    private static final double MILLIS = 1_000;

    private final Vitals vitals;
    private final Sources sources;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("kernel-watch").daemon().unstarted(task));
    private volatile Map<String, Double> gauges = Map.of();

    /** Watches nothing until {@link #start}. */
    KernelWatch(Vitals vitals, Sources sources) {
        this.vitals = vitals;
        this.sources = sources;
    }

    void start() {
        var unused = timer.scheduleAtFixedRate(this::runOnce, 0, 1, TimeUnit.SECONDS);
    }

    /** Looks once. */
    void runOnce() {
        try {
            vitals.look();
            gauges = measured();
        } catch (StorageException away) {
            log.debug("The kernel could not be looked at; it is tried again in a second", away);
        } catch (RuntimeException fault) {
            log.warn("Looking at the kernel failed; it is tried again in a second", fault);
        }
    }

    private Map<String, Double> measured() {
        Map<String, Double> now = new LinkedHashMap<>();
        Vitals.Seen seen = vitals.seen();
        if (seen != null) {
            now.put("seq", (double) seen.seq());
            now.put("events_per_second", seen.eventsPerSecond());
            now.put("agents", (double) seen.agents());
            now.put("state_keys", (double) seen.state().keyCount());
            now.put("state_bytes", (double) seen.state().usedBytes());
        }
        now.put("messages", sources.commits().messagesSent());
        putMillis("commit_p99_ms", vitals.commitSeconds(P99, Vitals.MINUTE), now);
        putMillis("append_p99_ms", vitals.appendSeconds(P99, Vitals.MINUTE), now);
        now.put("gathering", (double) sources.kernel().gathered());
        QueueTotals queues = vitals.queues();
        if (queues != null) {
            now.put("queued", (double) queues.messages());
            now.put("queued_bytes", (double) queues.contentBytes());
            now.put("push_backlog", (double) queues.waitingForPush());
        }
        now.put("sockets", (double) sources.openSockets());
        now.put("streams", (double) sources.streams().open());
        vitals.processorShare(Vitals.MINUTE).ifPresent(share -> now.put("cpu", share));
        now.put("heap_bytes", Vitals.heapUsed());
        return now;
    }

    private static void putMillis(String name, OptionalDouble seconds, Map<String, Double> now) {
        seconds.ifPresent(value -> now.put(name, value * MILLIS));
    }

    @Override
    public Map<String, Double> read() {
        return gauges;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
