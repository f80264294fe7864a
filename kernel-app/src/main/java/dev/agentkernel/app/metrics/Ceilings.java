package dev.agentkernel.app.metrics;

import dev.agentkernel.api.observe.Scaling;
import dev.agentkernel.core.messages.QueueTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Holds each component of the kernel against its ceiling, as docs/scaling.md tells them. */
final class Ceilings implements Scaling {

    private static final double P99 = 0.99;
    private static final double COMMIT_SECONDS = 0.1;
    private static final double REGISTRY_PAGE_SECONDS = 0.1;
    private static final double AUTHENTICATION_SHARE = 0.25;
    private static final double HEAP_SHARE = 0.9;
    private static final double PROCESSOR_SHARE = 0.85;
    private static final double DISK_SHARE = 0.9;

    /** From here on a share of memory or disk is near its ceiling; half of a heap in use is no news. */
    private static final double FULL_SOON = 0.75;

    private static final double WAITING_FOR_PUSH = 10_000;

    private final Vitals vitals;
    private final Sources sources;
    private final Limits limits;

    /**
     * What the kernel was set to.
     *
     * @param embedded whether the log is a file of this process
     */
    record Limits(
            boolean embedded,
            int gatheredMax,
            long queueBytesMax,
            long stateBytesMax,
            long reserveBytes,
            int connectionsMax) {

        /** The append is one fsync, or a round trip that also waits for the other replicas. */
        double appendSeconds() {
            return embedded ? 0.01 : 0.05;
        }
    }

    Ceilings(Vitals vitals, Sources sources, Limits limits) {
        this.vitals = vitals;
        this.sources = sources;
        this.limits = limits;
    }

    @Override
    public List<Component> components() {
        List<Component> components = new ArrayList<>();
        writing(components);
        holding(components);
        server(components);
        return components;
    }

    private void writing(List<Component> components) {
        components.add(Component.of(
                "Storage commit",
                "p99 of a commit, 5 minutes",
                "seconds",
                valueOf(vitals.judgedCommitSeconds(P99)),
                COMMIT_SECONDS,
                "Move to a faster disk, or to PostgreSQL: docs/scaling.md#storage-commit"));
        components.add(Component.of(
                "Event log",
                limits.embedded()
                        ? "p99 of an append with its fsync, 5 minutes"
                        : "p99 of the round trip that writes and commits, 5 minutes",
                "seconds",
                valueOf(vitals.judgedAppendSeconds(P99)),
                limits.appendSeconds(),
                "Give the log a disk of its own: docs/scaling.md#event-log"));
        components.add(Component.of(
                "Write path",
                "most changes that waited to be committed, 1 minute",
                "count",
                valueOf(vitals.mostGathered(Vitals.MINUTE)),
                limits.gatheredMax(),
                "What waits is the storage's doing; beyond the ceiling 503 is answered: docs/scaling.md#write-path"));
        components.add(Component.of(
                "Authentication",
                "share of this process's CPU that judges tokens, 5 minutes",
                "ratio",
                valueOf(vitals.authenticationShare(Vitals.MINUTES)),
                AUTHENTICATION_SHARE,
                "Keep bad tokens out at the load balancer, then add replicas: docs/scaling.md#authentication"));
    }

    private void holding(List<Component> components) {
        QueueTotals queues = vitals.queues();
        Vitals.Seen seen = vitals.seen();
        components.add(Component.of(
                "Message queues",
                "bytes of all messages that wait or are leased",
                "bytes",
                queues == null ? null : (double) queues.contentBytes(),
                (double) queueCeiling(queues, seen),
                "Take messages faster, or give the queues more disk: docs/scaling.md#message-queues"));
        components.add(Component.of(
                "State store",
                "bytes of all keys and values",
                "bytes",
                seen == null ? null : (double) seen.state().usedBytes(),
                limits.stateBytesMax() * FULL_SOON,
                (double) limits.stateBytesMax(),
                "Delete keys, or raise kernel.state.capacity-bytes: docs/scaling.md#state-store"));
        components.add(Component.of(
                "Registry listing",
                "p99 of reading a page, 5 minutes",
                "seconds",
                valueOf(vitals.judgedRegistryPageSeconds(P99)),
                REGISTRY_PAGE_SECONDS,
                "List with smaller pages and tags, then move to PostgreSQL: docs/scaling.md#registry-listing"));
        components.add(Component.of(
                "Webhook delivery",
                "fewest messages that waited to be pushed, 5 minutes",
                "count",
                valueOf(vitals.leastWaitingForPush(Vitals.MINUTES)),
                WAITING_FOR_PUSH,
                "Push from processes of their own: docs/scaling.md#webhook-delivery"));
    }

    /** What is set, or what the disk has room for beside its reserve. */
    private long queueCeiling(@Nullable QueueTotals queues, Vitals.@Nullable Seen seen) {
        Vitals.Disk disk = seen == null ? null : seen.disk();
        if (queues == null || disk == null) {
            return limits.queueBytesMax();
        }
        long room = Math.max(0, disk.usable() - limits.reserveBytes());
        return Math.min(limits.queueBytesMax(), queues.contentBytes() + room);
    }

    private void server(List<Component> components) {
        components.add(Component.of(
                "CPU",
                "share of the machine that this process used, 1 minute",
                "ratio",
                valueOf(vitals.processorShare(Vitals.MINUTE)),
                PROCESSOR_SHARE,
                "Add cores, then replicas on PostgreSQL: docs/scaling.md#single-server"));
        OptionalDouble heap = vitals.leastHeap(Vitals.MINUTES);
        components.add(Component.of(
                "Memory",
                "share of the heap that was never free, 5 minutes",
                "ratio",
                heap.isPresent() ? heap.getAsDouble() / Runtime.getRuntime().maxMemory() : null,
                FULL_SOON,
                HEAP_SHARE,
                "Give the process a larger -Xmx: docs/scaling.md#single-server"));
        Vitals.Seen seen = vitals.seen();
        Vitals.Disk disk = seen == null ? null : seen.disk();
        if (limits.embedded()) {
            components.add(Component.of(
                    "Disk",
                    "share of the data directory's disk in use",
                    "ratio",
                    disk == null ? null : 1 - (double) disk.usable() / disk.total(),
                    FULL_SOON,
                    DISK_SHARE,
                    "Keep the log for fewer days, or give it a larger disk: docs/scaling.md#single-server"));
        }
        components.add(Component.of(
                "Sockets",
                "WebSockets and streams that are open",
                "count",
                (double) sources.openConnections(),
                limits.connectionsMax(),
                "Add replicas behind the load balancer: docs/scaling.md#single-server"));
    }

    private static @Nullable Double valueOf(OptionalDouble measured) {
        return measured.isPresent() ? measured.getAsDouble() : null;
    }
}
