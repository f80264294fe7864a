package dev.agentkernel.app.metrics;

import dev.agentkernel.api.observe.Gauges;
import dev.agentkernel.api.observe.Scaling;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.state.StateTotals;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.core.storage.StorageException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the kernel once a second, and tells how it is at present and which component comes first to its ceiling. What it tells is
 * at most a second old, and asking for it costs nothing. Safe for use by many threads.
 */
final class KernelWatch implements Gauges, Scaling, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KernelWatch.class);

    private static final double COMMIT_CEILING_SECONDS = 0.1;
    private static final double APPEND_CEILING_SECONDS = 0.01;
    private static final double HEAP_CEILING = 0.9;
    private static final double CPU_CEILING = 0.85;
    private static final int RECENT_SECONDS = 60;
    private static final int MINUTES_SECONDS = 300;
    private static final double MILLIS = 1_000;

    private final Storage storage;
    private final Kernel kernel;
    private final MeterRegistry registry;
    private final double gatheredMax;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("kernel-watch").daemon().unstarted(task));
    private final List<RecentTimer> timers = new ArrayList<>();
    private final @Nullable RecentTimer commitNow;
    private final @Nullable RecentTimer appendNow;
    private final @Nullable RecentTimer commitLately;
    private final @Nullable RecentTimer appendLately;
    private volatile Map<String, Double> gauges = Map.of();
    private long lastSeq = -1;

    /**
     * Watches nothing until {@link #start}.
     *
     * @param gatheredMax how many changes may wait to be committed
     */
    KernelWatch(Storage storage, Kernel kernel, MeterRegistry registry, int gatheredMax) {
        this.storage = storage;
        this.kernel = kernel;
        this.registry = registry;
        this.gatheredMax = gatheredMax;
        this.commitNow = recent("kernel.commit", RECENT_SECONDS);
        this.appendNow = recent("kernel.log.fsync", RECENT_SECONDS);
        this.commitLately = recent("kernel.commit", MINUTES_SECONDS);
        this.appendLately = recent("kernel.log.fsync", MINUTES_SECONDS);
    }

    private @Nullable RecentTimer recent(String name, int seconds) {
        Timer found = registry.find(name).timer();
        if (found == null) {
            return null;
        }
        RecentTimer recent = new RecentTimer(found, seconds);
        timers.add(recent);
        return recent;
    }

    void start() {
        var unused = timer.scheduleAtFixedRate(this::runOnce, 0, 1, TimeUnit.SECONDS);
    }

    /** Looks once. */
    void runOnce() {
        try {
            timers.forEach(RecentTimer::sample);
            gauges = measured();
        } catch (StorageException away) {
            log.debug("The kernel could not be looked at; it is tried again in a second", away);
        } catch (RuntimeException fault) {
            log.warn("Looking at the kernel failed; it is tried again in a second", fault);
        }
    }

    private Map<String, Double> measured() {
        Map<String, Double> now = new LinkedHashMap<>();
        long seq = storage.events().lastSeq();
        StateTotals state = storage.state().totals();
        now.put("seq", (double) seq);
        now.put("events_per_second", lastSeq < 0 ? 0.0 : (double) (seq - lastSeq));
        lastSeq = seq;
        now.put("agents", (double) storage.registry().agentCount());
        Counter messages = registry.find("kernel.messages.sent").counter();
        if (messages != null) {
            now.put("messages", messages.count());
        }
        now.put("state_keys", (double) state.keyCount());
        now.put("state_bytes", (double) state.usedBytes());
        putMillis("commit_p99_ms", commitNow, now);
        putMillis("append_p99_ms", appendNow, now);
        now.put("gathering", (double) kernel.gathered());
        Gauge sockets = registry.find("kernel.sockets.open").gauge();
        if (sockets != null) {
            now.put("sockets", sockets.value());
        }
        now.put("heap_bytes", heapUsed());
        return now;
    }

    private static void putMillis(String name, @Nullable RecentTimer timer, Map<String, Double> now) {
        if (timer != null) {
            timer.p99Seconds().ifPresent(seconds -> now.put(name, seconds * MILLIS));
        }
    }

    private static double heapUsed() {
        return (double) ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Override
    public Map<String, Double> read() {
        return gauges;
    }

    @Override
    public List<Component> components() {
        List<Component> components = new ArrayList<>();
        components.add(Component.of(
                "Storage commit",
                "p99 of a commit, 5 minutes",
                "seconds",
                seconds(commitLately),
                COMMIT_CEILING_SECONDS,
                "Move to a faster disk, or to PostgreSQL: docs/scaling.md#storage-commit"));
        if (appendLately != null) {
            components.add(Component.of(
                    "Event log",
                    "p99 of an fsync, 5 minutes",
                    "seconds",
                    seconds(appendLately),
                    APPEND_CEILING_SECONDS,
                    "Give the data directory a disk of its own: docs/scaling.md#event-log"));
        }
        components.add(Component.of(
                "Write path",
                "changes that wait to be committed",
                "count",
                (double) kernel.gathered(),
                gatheredMax,
                "What waits is the storage's doing; beyond the ceiling 503 is answered: docs/scaling.md#write-path"));
        components.add(Component.of(
                "Memory",
                "share of the heap in use",
                "ratio",
                heapUsed() / Runtime.getRuntime().maxMemory(),
                HEAP_CEILING,
                "Give the process a larger -Xmx: docs/scaling.md#single-server"));
        Gauge cpu = registry.find("process.cpu.usage").gauge();
        components.add(Component.of(
                "CPU",
                "share of the machine that the process uses",
                "ratio",
                cpu == null || Double.isNaN(cpu.value()) || cpu.value() < 0 ? null : cpu.value(),
                CPU_CEILING,
                "Add cores, then replicas on PostgreSQL: docs/scaling.md#single-server"));
        return components;
    }

    private static @Nullable Double seconds(@Nullable RecentTimer timer) {
        OptionalDouble p99 = timer == null ? OptionalDouble.empty() : timer.p99Seconds();
        return p99.isPresent() ? p99.getAsDouble() : null;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
