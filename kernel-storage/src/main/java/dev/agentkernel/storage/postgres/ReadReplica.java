package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.storage.EventStore;
import dev.agentkernel.core.storage.ObservationSource;
import dev.agentkernel.core.storage.ObservedStores;
import dev.agentkernel.core.storage.RemovalStore;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.records.ActivityTally;
import dev.agentkernel.storage.records.RedactedEvents;
import dev.agentkernel.storage.registry.JpaRegistry;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that follows the primary and answers observers in its place, as long as it is there and not too far behind; otherwise the
 * primary does. What was removed is asked of the primary always: nobody gets from a copy what is gone.
 *
 * <p>A question is asked of one server as a whole. The order in which a replica repeats commits is that of {@code seq}, so that its
 * log has no gaps either.
 */
final class ReadReplica implements ObservationSource, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReadReplica.class);

    /** How often it is found out whether the replica follows, and how soon one that failed is tried again. */
    static final Duration CHECK_PERIOD = Duration.ofSeconds(1);

    private static final Duration AWAY_PAUSE = Duration.ofSeconds(5);

    private final Connections connections;
    private final PooledReads reads;
    private final EventStore log;
    private final RemovalStore removals;
    private final ObservedStores primary;
    private final EventStore primaryLog;
    private final DecisionClock decisions;
    private final long lagMaxNanos;
    private final LongSupplier nanoTime;

    private final ReentrantLock checking = new ReentrantLock();
    private final AtomicReference<@Nullable Boolean> toldUsable = new AtomicReference<>();
    private volatile boolean usable;
    private volatile long nextCheckNanos;

    /** Made when the replica was reached for the first time: its mapper needs a connection. */
    private volatile @Nullable Copy copy;

    /** The last event of the primary at some moment, for which the replica is waited. Guarded by the lock. */
    private long awaitedSeq;

    private long awaitedSinceNanos;

    private record Copy(ObservedStores stores, JpaRegistry mapper) {}

    private ReadReplica(
            Connections connections,
            PostgresStorage primary,
            EventStore primaryLog,
            DecisionClock decisions,
            Duration lagMax,
            LongSupplier nanoTime) {
        this.connections = connections;
        this.reads = new PooledReads(connections);
        this.log = new PostgresEventStore(reads);
        this.removals = primary.removals();
        this.primary = ObservedStores.of(primary);
        this.primaryLog = primaryLog;
        this.decisions = decisions;
        this.lagMaxNanos = lagMax.toNanos();
        this.nanoTime = nanoTime;
        this.nextCheckNanos = nanoTime.getAsLong();
        this.awaitedSinceNanos = nanoTime.getAsLong();
    }

    /**
     * Prepares to read from the replica; nothing is opened before it is needed, and it need not be there.
     *
     * @param settings of the primary, with where its replica is
     * @param nanoTime as of {@link System#nanoTime}
     */
    static ReadReplica of(
            PostgresSettings settings,
            PostgresSettings.Replica replica,
            PostgresStorage primary,
            PooledReads primaryReads,
            DecisionClock decisions,
            LongSupplier nanoTime) {
        return new ReadReplica(
                Connections.to(settings.at(replica.jdbcUrl())),
                primary,
                new PostgresEventStore(primaryReads),
                decisions,
                replica.lagMax(),
                nanoTime);
    }

    @Override
    public <T> T ask(Function<ObservedStores, T> question) {
        checkSometimes();
        Copy asked = copy;
        if (usable && asked != null) {
            try {
                return question.apply(asked.stores());
            } catch (StorageException away) {
                leave("it cannot be read", AWAY_PAUSE, away);
            }
        }
        return question.apply(primary);
    }

    /** One of those who ask finds out for all; the others go by what is known. */
    private void checkSometimes() {
        if (nanoTime.getAsLong() - nextCheckNanos >= 0 && checking.tryLock()) {
            try {
                check();
            } finally {
                checking.unlock();
            }
        }
    }

    private void check() {
        nextCheckNanos = nanoTime.getAsLong() + CHECK_PERIOD.toNanos();
        long reached;
        try {
            reached = log.lastSeq();
            copy = copy == null ? copied() : copy;
        } catch (StorageException away) {
            leave("it cannot be read", AWAY_PAUSE, away);
            return;
        }
        long now = nanoTime.getAsLong();
        if (reached >= awaitedSeq) {
            awaitedSeq = primaryLog.lastSeq();
            awaitedSinceNanos = now;
            usable = true;
            if (isNews(true)) {
                LOG.info("Observers are answered by the read replica");
            }
        } else if (now - awaitedSinceNanos > lagMaxNanos) {
            leave("it is at event " + reached + " and has not reached " + awaitedSeq + " in time", CHECK_PERIOD, null);
        }
    }

    private Copy copied() {
        JpaRegistry mapper = new JpaRegistry(connections.readers());
        return new Copy(
                new ObservedStores(
                        new RedactedEvents(log, removals),
                        new PostgresActivityStore(connections, reads, new ActivityTally(0)),
                        new PostgresRegistryStore(reads, mapper),
                        new PostgresMessageStore(reads, decisions),
                        new PostgresStateStore(reads)),
                mapper);
    }

    private void leave(String why, Duration pause, @Nullable StorageException failure) {
        usable = false;
        nextCheckNanos = nanoTime.getAsLong() + pause.toNanos();
        if (isNews(false)) {
            LOG.warn("Observers are answered by the primary instead of the read replica: {}", why, failure);
        }
    }

    /** Told once for each change, not for every question. */
    private boolean isNews(boolean nowUsable) {
        return !Objects.equals(toldUsable.getAndSet(nowUsable), nowUsable);
    }

    @Override
    public void close() {
        Copy made = copy;
        if (made != null) {
            made.mapper().close();
        }
        connections.close();
    }
}
