package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.commit.Batch;
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
import java.util.Objects;
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

    private final H2Database database;
    private final SegmentLog segments;
    private final SpaceWatch space;
    private final InstantSource clock;
    private final KnownAgents agents;
    private final LineBuffer lines = new LineBuffer();
    private @Nullable H2Session session;
    private long lastSeq;
    private Instant lastTime = Instant.EPOCH;
    private Instant nextPurge = Instant.EPOCH;

    EmbeddedCommitStore(
            H2Database database, SegmentLog segments, SpaceWatch space, InstantSource clock, KnownAgents agents) {
        this.database = database;
        this.segments = segments;
        this.space = space;
        this.clock = clock;
        this.agents = agents;
    }

    /** Whether the tables are open and up to the log. */
    boolean isReady() {
        return session != null;
    }

    /**
     * Opens the tables and applies to them what the log has beyond them.
     *
     * @throws StorageException if the database cannot be opened at present
     */
    void recover() {
        H2Session opened = null;
        try {
            opened = database.openCommitter();
            LogProgress progress = new LogReplay(segments, opened, agents).bringUp();
            lastSeq = progress.lastSeq();
            lastTime = progress.lastTime();
            session = opened;
        } catch (SQLException failed) {
            if (opened != null) {
                H2Database.closeQuietly(opened);
            }
            database.abandon();
            throw new StorageException(Remedy.RETRY, "the embedded database cannot be opened at present", failed);
        }
    }

    @Override
    public Committed commit(Batch batch) {
        if (session == null) {
            recover();
        }
        H2Session open = Objects.requireNonNull(session);
        Instant now = Micros.truncate(latest(clock.instant(), lastTime));
        WorkingSet rows = new WorkingSet(now, space.isLow());
        Batch.Decided decided;
        List<StampedRecord> stamped;
        Stamp stamp = new Stamp(lastSeq + 1, now);
        try {
            new TableLoader(open, agents).load(batch.requirements(), rows);
            decided = batch.decide(rows);
            if (decided.isEmpty()) {
                open.connection().rollback();
                return new Committed(decided.outcomes(stamp), List.of());
            }
            stamped = decided.stamped(stamp);
            new TableWriter(open, agents).apply(stamped);
            purgeSometimes(open, now);
        } catch (SQLException | RuntimeException failed) {
            throw takeBack(open, failed);
        }
        Position position = append(open, stamped, decided.events());
        lastSeq += decided.events();
        lastTime = now;
        finish(open, new LogProgress(position, lastSeq, now));
        return new Committed(decided.outcomes(stamp), stamped);
    }

    private static Instant latest(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private void purgeSometimes(H2Session open, Instant now) throws SQLException {
        if (!now.isBefore(nextPurge)) {
            ExpiredRows.purge(open, now);
            nextPurge = now.plus(PURGE_PERIOD);
        }
    }

    private Position append(H2Session open, List<StampedRecord> stamped, int events) {
        try {
            lines.reset();
            RecordWriter.writeLines(stamped, lines);
            return segments.append(lines.content(), stamped.size(), lastSeq + 1, lastSeq + events);
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
        agents.clear();
        try {
            open.connection().rollback();
            if (!open.connection().isValid(0)) {
                dropSession(open);
            }
        } catch (SQLException broken) {
            failed.addSuppressed(broken);
            dropSession(open);
        }
        return switch (failed) {
            case RuntimeException bug -> bug;
            default -> new StorageException(Remedy.RETRY, "the embedded database did not take a batch", failed);
        };
    }

    /** The batch is in the log: whatever happens to H2 now, it is committed. */
    private void finish(H2Session open, LogProgress progress) {
        try {
            progress.write(open);
            open.connection().commit();
        } catch (SQLException failed) {
            log.warn(
                    "The embedded database failed after the log had the batch; it is opened anew from the log", failed);
            dropSession(open);
            try {
                recover();
            } catch (StorageException notYet) {
                log.warn("The embedded database cannot be opened at present; it is tried again with the next request");
            }
        }
    }

    private void dropSession(H2Session broken) {
        session = null;
        agents.clear();
        H2Database.closeQuietly(broken);
        database.abandon();
    }

    @Override
    public void close() {
        if (session != null) {
            H2Database.closeQuietly(session);
            session = null;
        }
    }
}
