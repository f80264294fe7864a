package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.embedded.log.Position;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables, open and up to the log, on the session of the committer; when H2 fails they are opened anew and brought up to the
 * log, and when its file is damaged they are built anew from the log. The committer uses them during a commit, a reader that
 * finds them closed restores them between commits.
 */
final class LiveTables implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LiveTables.class);

    /** How long a reader waits for a commit or a recovery under way. */
    private static final Duration RESTORE_WAIT = Duration.ofSeconds(5);

    /** How long readers leave a database alone that could not be opened, or that was opened for one of them just now. */
    private static final Duration RESTORE_PAUSE = Duration.ofMillis(500);

    /** Damage that is still there when the database was opened anew not longer ago than this will not go away by that. */
    private static final Duration DAMAGE_MEMORY = Duration.ofMinutes(1);

    private final H2Database database;
    private final SegmentLog segments;
    private final Duration checkpointPeriod;
    private final KnownAgents agents = new KnownAgents();
    // Fair: whoever writes in many small steps lets the committer in between two of them.
    private final ReentrantLock using = new ReentrantLock(true);
    private @Nullable H2Session session;
    private @Nullable Checkpoints checkpoints;
    private LogProgress progress = LogProgress.NONE;
    private boolean closed;
    private boolean rebuild;
    private boolean restoreFailed;
    private long restoreAfterNanos = System.nanoTime();
    private long damagedNanos = System.nanoTime() - DAMAGE_MEMORY.toNanos();

    LiveTables(H2Database database, SegmentLog segments, Duration checkpointPeriod) {
        this.database = database;
        this.segments = segments;
        this.checkpointPeriod = checkpointPeriod;
        database.restoreWith(this::restore);
    }

    /** Agents as these tables have them. */
    KnownAgents agents() {
        return agents;
    }

    /** Keeps readers from restoring until {@link #release}; every other method but {@link #close} is for the holder. */
    void hold() {
        using.lock();
    }

    void release() {
        using.unlock();
    }

    /**
     * The committer's session on the tables, which are up to the log.
     *
     * @throws StorageException if the database cannot be opened at present
     */
    H2Session session() {
        H2Session open = session;
        return open != null ? open : reopened();
    }

    /** How far the tables are, as of the last {@link #session} or {@link #advanceTo}. */
    LogProgress progress() {
        return progress;
    }

    /** The log is further; the tables follow in the transaction that is open, or by the log. */
    void advanceTo(LogProgress reached) {
        progress = reached;
    }

    /**
     * Lets H2 write its file, if it is time; after each transaction and before the next.
     *
     * @throws RuntimeException if H2 cannot write; the tables must be dropped then
     */
    void checkpoint() {
        if (checkpoints != null) {
            checkpoints.writeIfDue();
        }
    }

    /**
     * Forces the tables and keeps a copy of their file beside it. Commits go on while it is copied; not for the holder.
     *
     * @return the position in the log that the copy stands at, or nothing if it has to be tried again
     * @throws StorageException if the database cannot be opened or written at present
     * @throws IOException if the copy cannot be made; the one before is kept
     */
    Optional<Position> takeSnapshot() throws IOException {
        Checkpoints freezing;
        TableSnapshot.Frozen frozen;
        hold();
        try {
            session();
            freezing = Objects.requireNonNull(checkpoints);
            frozen = freeze(freezing);
        } finally {
            release();
        }
        try {
            boolean taken = database.snapshot().replace(frozen, () -> isStill(freezing));
            return taken ? Optional.of(frozen.position()) : Optional.empty();
        } finally {
            thaw(freezing);
        }
    }

    private TableSnapshot.Frozen freeze(Checkpoints freezing) throws IOException {
        try {
            return freezing.freeze(progress.position(), database.file());
        } catch (RuntimeException failed) {
            drop(failed);
            throw H2Failure.of(failed, "the embedded database cannot be written");
        }
    }

    private boolean isStill(Checkpoints freezing) {
        hold();
        try {
            return checkpoints == freezing;
        } finally {
            release();
        }
    }

    private void thaw(Checkpoints frozen) {
        hold();
        try {
            if (checkpoints == frozen) {
                frozen.thaw();
            }
        } finally {
            release();
        }
    }

    private H2Session reopened() {
        if (closed) {
            throw new IllegalStateException("the storage is closed");
        }
        try {
            return openedOrRebuilt();
        } catch (SQLException | RuntimeException failed) {
            restoreAfterNanos = System.nanoTime() + RESTORE_PAUSE.toNanos();
            throw H2Failure.of(failed, "the embedded database cannot be opened at present");
        }
    }

    private H2Session openedOrRebuilt() throws SQLException {
        try {
            return opened();
        } catch (SQLException | RuntimeException failed) {
            if (rebuild || !H2Failure.isDamage(failed) || !canRebuild()) {
                throw failed;
            }
            rebuild = true;
            return opened();
        }
    }

    private H2Session opened() throws SQLException {
        if (rebuild) {
            discard();
            rebuild = false;
        }
        H2Session opening = database.openCommitter();
        try {
            Checkpoints beginning = database.beginCheckpoints(opening, checkpointPeriod);
            LogProgress reached = new LogReplay(segments, opening, agents).bringUp();
            requireSameHistory(reached);
            beginning.write();
            progress = reached;
            session = opening;
            checkpoints = beginning;
            database.admitReaders();
            return opening;
        } catch (SQLException | RuntimeException failed) {
            agents.clear();
            database.abandon(opening);
            throw failed;
        }
    }

    private void discard() throws SQLException {
        try {
            if (isComplete(segments)) {
                log.warn("The embedded database is damaged: it is discarded and built anew from the event log");
                database.discard();
            } else {
                log.warn("The embedded database is damaged: it is built anew from its snapshot and the event log");
                database.snapshot().restore();
            }
        } catch (IOException failed) {
            throw new SQLException("the damaged database cannot be removed", failed);
        }
    }

    private void requireSameHistory(LogProgress reached) {
        if (reached.lastSeq() != segments.lastSeq()) {
            throw new IllegalStateException("the tables end with event " + reached.lastSeq()
                    + ", but the event log with event " + segments.lastSeq()
                    + ": they are not of the same kernel. Restore the data directory as a whole");
        }
    }

    private boolean canRebuild() {
        return isComplete(segments) || database.snapshot().exists();
    }

    /** Whether the log alone can build the tables: none of its segments was dropped. */
    static boolean isComplete(SegmentLog segments) {
        return segments.oldestSegmentFirstSeq().orElse(1) == 1;
    }

    /** Whether the session can be used; ends the transaction that is open on it. */
    boolean works() {
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

    /** Ends the session and the database with it, after a failure; the next use opens it anew. */
    void drop(Exception failure) {
        if (H2Failure.isDamage(failure)) {
            long now = System.nanoTime();
            rebuild |= now - damagedNanos < DAMAGE_MEMORY.toNanos() && canRebuild();
            damagedNanos = now;
        }
        agents.clear();
        H2Session broken = session;
        if (broken != null) {
            session = null;
            checkpoints = null;
            database.abandon(broken);
        }
    }

    /** For readers: whether it is worth reading again, after opening the database anew if that was needed. */
    private boolean restore(Exception failure, long generation) {
        try {
            if (!using.tryLock(RESTORE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            return !closed && restoreHeld(failure, generation);
        } finally {
            using.unlock();
        }
    }

    private boolean restoreHeld(Exception failure, long generation) {
        boolean openedMeanwhile = database.generation() != generation;
        if (works() && (openedMeanwhile || !H2Failure.isDamage(failure))) {
            return true;
        }
        if (System.nanoTime() - restoreAfterNanos < 0) {
            return false;
        }
        if (session != null) {
            log.warn("A reader found the embedded database broken; it is opened anew from the event log", failure);
        }
        drop(failure);
        try {
            reopened();
            restoreAfterNanos = System.nanoTime() + RESTORE_PAUSE.toNanos();
            restoreFailed = false;
            return true;
        } catch (RuntimeException notYet) {
            if (!restoreFailed) {
                log.warn("The embedded database cannot be opened at present; it is tried again and again", notYet);
            }
            restoreFailed = true;
            return false;
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
