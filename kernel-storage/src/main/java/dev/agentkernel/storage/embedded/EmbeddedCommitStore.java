package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.Outcome;
import dev.agentkernel.core.commit.Stamp;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.CommitStore;
import dev.agentkernel.core.storage.FatalStorageException;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.storage.embedded.log.AppendRefusedException;
import dev.agentkernel.storage.embedded.log.LogStateUnknownException;
import dev.agentkernel.storage.embedded.log.Position;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import dev.agentkernel.storage.records.RecordWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits a batch to the log and the tables: decide and apply in an open transaction of H2, append to the log and fsync, commit
 * H2, answer.
 *
 * <p>The fsync of the log is the point of no return. Before it, every failure takes everything back. After it, the batch is
 * committed, and if H2 fails then it is opened anew and brought up to the log before anything else happens.
 */
final class EmbeddedCommitStore implements CommitStore, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedCommitStore.class);

    private static final Duration PURGE_PERIOD = Duration.ofSeconds(10);

    /** How long a reader waits for a commit or a recovery under way. */
    private static final Duration RESTORE_WAIT = Duration.ofSeconds(5);

    /** How long readers leave a database alone that could not be opened. */
    private static final Duration RESTORE_PAUSE = Duration.ofMillis(500);

    private final H2Database database;
    private final SegmentLog segments;
    private final SpaceWatch space;
    private final InstantSource clock;
    private final LineBuffer lines = new LineBuffer();
    // Held by the committer during a commit, and by a reader that restores the tables between commits.
    private final ReentrantLock using = new ReentrantLock();
    private @Nullable H2Session session;
    private boolean closed;
    private long restoreAfterNanos = System.nanoTime();
    private long lastSeq;
    private Instant lastTime = Instant.EPOCH;
    private Instant nextPurge = Instant.EPOCH;

    /** A batch that is decided and applied in the open transaction, and nowhere else yet. */
    private record Applied(Stamp stamp, List<Outcome> outcomes, List<StampedRecord> records, int events) {}

    EmbeddedCommitStore(H2Database database, SegmentLog segments, SpaceWatch space, InstantSource clock) {
        this.database = database;
        this.segments = segments;
        this.space = space;
        this.clock = clock;
        database.restoreWith(this::restore);
    }

    /**
     * Opens the tables and applies to them what the log has beyond them.
     *
     * @throws StorageException if the database cannot be opened at present
     */
    void recover() {
        using.lock();
        try {
            recovered();
        } finally {
            using.unlock();
        }
    }

    private H2Session recovered() {
        if (closed) {
            throw new IllegalStateException("the storage is closed");
        }
        H2Session opened = null;
        try {
            opened = database.openCommitter();
            LogProgress progress = new LogReplay(segments, opened).bringUp();
            requireSameHistory(progress);
            lastSeq = progress.lastSeq();
            lastTime = progress.lastTime();
            session = opened;
            database.admitReaders();
            return opened;
        } catch (SQLException | RuntimeException failed) {
            restoreAfterNanos = System.nanoTime() + RESTORE_PAUSE.toNanos();
            if (opened != null) {
                database.abandon(opened);
            }
            throw H2Failure.of(failed, "the embedded database cannot be opened at present");
        }
    }

    private void requireSameHistory(LogProgress progress) {
        if (progress.lastSeq() != segments.lastSeq()) {
            throw new IllegalStateException("the tables end with event " + progress.lastSeq()
                    + ", but the event log with event " + segments.lastSeq()
                    + ": they are not of the same kernel. Restore the data directory as a whole");
        }
    }

    /** For readers: whether the tables are open and up to the log, after opening them anew if they were not. */
    private boolean restore() {
        try {
            if (!using.tryLock(RESTORE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            return !closed && (works() || restoreNow());
        } finally {
            using.unlock();
        }
    }

    private boolean restoreNow() {
        if (session == null && System.nanoTime() - restoreAfterNanos < 0) {
            return false;
        }
        try {
            dropSession();
            recovered();
            return true;
        } catch (RuntimeException notYet) {
            log.debug("The embedded database cannot be opened at present", notYet);
            return false;
        }
    }

    @Override
    public Committed commit(Batch batch) {
        using.lock();
        try {
            H2Session open = session;
            return commitOn(open == null ? recovered() : open, batch);
        } finally {
            using.unlock();
        }
    }

    private Committed commitOn(H2Session open, Batch batch) {
        Applied applied;
        try {
            applied = apply(open, batch);
        } catch (SQLException | RuntimeException failed) {
            throw takeBack(open, failed);
        }
        if (!applied.records().isEmpty()) {
            Position position = append(open, applied);
            lastSeq += applied.events();
            lastTime = applied.stamp().time();
            finish(open, new LogProgress(position, lastSeq, lastTime));
        }
        return new Committed(applied.outcomes(), applied.records());
    }

    private Applied apply(H2Session open, Batch batch) throws SQLException {
        Instant now = Micros.truncate(latest(clock.instant(), lastTime));
        WorkingSet rows = new WorkingSet(now, space.isLow());
        new TableLoader(open).load(batch.requirements(), rows);
        Batch.Decided decided = batch.decide(rows);
        Stamp stamp = new Stamp(lastSeq + 1, now);
        // Answers are made here, where a fault in making them still takes everything back.
        List<Outcome> outcomes = decided.outcomes(stamp);
        if (decided.isEmpty()) {
            open.connection().rollback();
            return new Applied(stamp, outcomes, List.of(), 0);
        }
        List<StampedRecord> stamped = decided.stamped(stamp);
        new TableWriter(open).apply(stamped);
        purgeSometimes(open, now);
        return new Applied(stamp, outcomes, stamped, decided.events());
    }

    private static Instant latest(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private void purgeSometimes(H2Session open, Instant now) throws SQLException {
        if (!now.isBefore(nextPurge)) {
            boolean moreIsLeft = ExpiredRows.purge(open, now);
            nextPurge = moreIsLeft ? now : now.plus(PURGE_PERIOD);
        }
    }

    private Position append(H2Session open, Applied applied) {
        try {
            lines.reset();
            RecordWriter.writeLines(applied.records(), lines);
            return segments.append(
                    lines.content(), applied.records().size(), lastSeq + 1, lastSeq + applied.events());
        } catch (AppendRefusedException refused) {
            takeBack(open, refused);
            throw new StorageException(
                    refused.diskFull() ? Remedy.FREE_SPACE : Remedy.RETRY, "the event log refused a batch", refused);
        } catch (LogStateUnknownException unknown) {
            throw new FatalStorageException("nobody knows what the event log holds", unknown);
        } catch (RuntimeException failed) {
            throw takeBack(open, failed);
        }
    }

    /** Undoes what was applied; a database that cannot even do that is opened anew before the next batch. */
    private RuntimeException takeBack(H2Session open, Exception failed) {
        try {
            open.connection().rollback();
        } catch (SQLException broken) {
            failed.addSuppressed(broken);
        }
        if (!works()) {
            log.warn("The embedded database failed; it is opened anew from the event log", failed);
            dropSession();
        }
        return H2Failure.of(failed, "the embedded database did not take a batch");
    }

    /** The batch is in the log: whatever happens to H2 now, it is committed. */
    private void finish(H2Session open, LogProgress progress) {
        try {
            progress.write(open);
            open.connection().commit();
        } catch (SQLException | RuntimeException failed) {
            log.warn(
                    "The embedded database failed after the log had the batch; it is opened anew from the event log",
                    failed);
            dropSession();
            try {
                recovered();
            } catch (RuntimeException notYet) {
                log.warn(
                        "The embedded database cannot be opened at present; it is tried again with the next request",
                        notYet);
            }
        }
    }

    /** Whether the session can be used; ends the transaction that is open on it. */
    private boolean works() {
        if (session == null) {
            return false;
        }
        try {
            LogProgress.read(session);
            session.connection().rollback();
            return true;
        } catch (SQLException broken) {
            return false;
        }
    }

    private void dropSession() {
        if (session != null) {
            H2Session broken = session;
            session = null;
            database.abandon(broken);
        }
    }

    /** Ends the committer's session after a commit under way. */
    @Override
    public void close() {
        using.lock();
        try {
            closed = true;
            if (session != null) {
                H2Database.closeQuietly(session);
                session = null;
            }
        } finally {
            using.unlock();
        }
    }
}
