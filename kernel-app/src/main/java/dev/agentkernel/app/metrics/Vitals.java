package dev.agentkernel.app.metrics;

import com.sun.management.OperatingSystemMXBean;
import dev.agentkernel.core.messages.QueueTotals;
import dev.agentkernel.core.state.StateTotals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of the kernel over the last minutes. One thread looks, once a second; any may read, which costs nothing.
 */
final class Vitals {

    /** The windows, in samples and so in seconds. */
    static final int MINUTE = 60;

    static final int MINUTES = 300;

    private static final double NANOS = 1e9;

    /** Counting all queues takes no more than this part of the time, however many agents there are. */
    private static final long COUNTING_SHARE = 100;

    private static final long COUNTING_EVERY_NANOS = 10_000_000_000L;

    private final Sources sources;
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final RecentTimer commits;
    private final RecentTimer appends;
    private final RecentTimer registryPages;
    private final RecentValues clock = new RecentValues(MINUTES);
    private final RecentValues processor = new RecentValues(MINUTES);
    private final RecentValues authentication = new RecentValues(MINUTES);
    private final RecentValues gathered = new RecentValues(MINUTES);
    private final RecentValues heap = new RecentValues(MINUTES);
    private final RecentValues waitingForPush = new RecentValues(MINUTES);
    private volatile @Nullable Seen seen;
    private volatile @Nullable QueueTotals queues;
    private long countAgainAt;

    /**
     * What was seen last.
     *
     * @param behind events that the counts of activity have yet to come to
     * @param disk {@code null} where the disk is somebody else's
     */
    record Seen(
            long seq,
            double eventsPerSecond,
            long behind,
            long agents,
            StateTotals state,
            @Nullable Disk disk) {}

    /** The disk that the data is on, in bytes. */
    record Disk(long usable, long total) {}

    Vitals(Sources sources) {
        this.sources = sources;
        this.commits = new RecentTimer(sources.commits().commits(), MINUTES);
        this.appends = new RecentTimer(sources.appends(), MINUTES);
        this.registryPages = new RecentTimer(sources.registry().pages(), MINUTES);
    }

    /** Looks once; first at what cannot fail. */
    void look() {
        long now = System.nanoTime();
        clock.add(now / NANOS);
        processor.add(system.getProcessCpuTime() / NANOS);
        authentication.add(sources.authentications().seconds());
        gathered.add(sources.kernel().gathered());
        heap.add(heapUsed());
        commits.sample();
        appends.sample();
        registryPages.sample();
        lookAtStorage();
        if (queues == null || now - countAgainAt >= 0) {
            queues = sources.storage().messages().queueTotals();
            long took = System.nanoTime() - now;
            countAgainAt = now + Math.max(COUNTING_EVERY_NANOS, took * COUNTING_SHARE);
        }
        QueueTotals counted = queues;
        if (counted != null) {
            waitingForPush.add((double) counted.waitingForPush());
        }
    }

    private void lookAtStorage() {
        Seen before = seen;
        long seq = sources.storage().events().lastSeq();
        seen = new Seen(
                seq,
                before == null ? 0 : (double) (seq - before.seq()),
                Math.max(0, seq - sources.storage().activity().position()),
                sources.storage().registry().agentCount(),
                sources.storage().state().totals(),
                sources.dataDirectory() == null ? null : diskOf(sources.dataDirectory()));
    }

    private static Disk diskOf(Path directory) {
        try {
            FileStore disk = Files.getFileStore(directory);
            return new Disk(disk.getUsableSpace(), disk.getTotalSpace());
        } catch (IOException failed) {
            throw new UncheckedIOException("the space on the disk of " + directory + " cannot be measured", failed);
        }
    }

    static double heapUsed() {
        return (double) ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Nothing before the first look that the storage answered. */
    @Nullable
    Seen seen() {
        return seen;
    }

    /** Up to ten seconds old, or older with very many agents; nothing before the first look that the storage answered. */
    @Nullable
    QueueTotals queues() {
        return queues;
    }

    OptionalDouble commitSeconds(double quantile, int window) {
        return commits.seconds(quantile, window);
    }

    OptionalDouble appendSeconds(double quantile, int window) {
        return appends.seconds(quantile, window);
    }

    OptionalDouble judgedCommitSeconds(double quantile) {
        return commits.judgedSeconds(quantile, MINUTES);
    }

    OptionalDouble judgedAppendSeconds(double quantile) {
        return appends.judgedSeconds(quantile, MINUTES);
    }

    OptionalDouble judgedRegistryPageSeconds(double quantile) {
        return registryPages.judgedSeconds(quantile, MINUTES);
    }

    /** The part of the machine's processors that this process used; nothing in its first second. */
    OptionalDouble processorShare(int window) {
        return ratio(
                processor.growth(window),
                clock.growth(window),
                Runtime.getRuntime().availableProcessors());
    }

    /** The part of this process's processor time that went into judging tokens; nothing in its first second. */
    OptionalDouble authenticationShare(int window) {
        OptionalDouble share = ratio(authentication.growth(window), processor.growth(window), 1);
        // A thread that waits for a processor counts as one that works.
        return share.isPresent() ? OptionalDouble.of(Math.min(1, share.getAsDouble())) : share;
    }

    private static OptionalDouble ratio(OptionalDouble part, OptionalDouble whole, double times) {
        return part.isPresent() && whole.isPresent() && whole.getAsDouble() > 0
                ? OptionalDouble.of(part.getAsDouble() / (whole.getAsDouble() * times))
                : OptionalDouble.empty();
    }

    OptionalDouble mostGathered(int window) {
        return gathered.most(window);
    }

    /** What of the heap was never free within the window: about what is reachable. */
    OptionalDouble leastHeap(int window) {
        return heap.least(window);
    }

    OptionalDouble leastWaitingForPush(int window) {
        return waitingForPush.least(window);
    }
}
