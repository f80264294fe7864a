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
import dev.agentkernel.storage.records.ActivityTally;
import dev.agentkernel.storage.records.Micros;
import dev.agentkernel.storage.records.RecordWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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
final class EmbeddedCommitStore implements CommitStore {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedCommitStore.class);

    private static final Duration PURGE_PERIOD = Duration.ofSeconds(10);

    private final LiveTables tables;
    private final SegmentLog segments;
    private final SpaceWatch space;
    private final InstantSource clock;
    private final ActivityTally tally;
    private final LineBuffer lines = new LineBuffer();
    private @Nullable FatalStorageException fatal;
    private Instant nextPurge = Instant.EPOCH;

    /** A batch that is decided and applied in the open transaction, and nowhere else yet. */
    private record Applied(Stamp stamp, List<Outcome> outcomes, List<StampedRecord> records, int events) {}

    EmbeddedCommitStore(
            LiveTables tables, SegmentLog segments, SpaceWatch space, InstantSource clock, ActivityTally tally) {
        this.tables = tables;
        this.segments = segments;
        this.space = space;
        this.clock = clock;
        this.tally = tally;
    }

    /**
     * Opens the tables and applies to them what the log has beyond them.
     *
     * @throws StorageException if the database cannot be opened at present
     */
    void recover() {
        tables.hold();
        try {
            tables.session();
        } finally {
            tables.release();
        }
    }

    @Override
    public Committed commit(Batch batch) {
        tables.hold();
        try {
            if (fatal != null) {
                throw fatal;
            }
            return commitOn(tables.session(), batch);
        } finally {
            tables.release();
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
            long before = tables.progress().lastSeq();
            long reached = before + applied.events();
            tally.add(applied.records(), before, reached);
            finish(open, new LogProgress(position, reached, applied.stamp().time()));
        }
        return new Committed(applied.outcomes(), applied.records());
    }

    private Applied apply(H2Session open, Batch batch) throws SQLException {
        LogProgress before = tables.progress();
        Instant now = Micros.truncate(latest(clock.instant(), before.lastTime()));
        WorkingSet rows = new WorkingSet(now, space.isLow());
        new TableLoader(open, tables.agents()).load(batch.requirements(), rows);
        Batch.Decided decided = batch.decide(rows);
        Stamp stamp = new Stamp(before.lastSeq() + 1, now);
        // Answers are made here, where a fault in making them still takes everything back.
        List<Outcome> outcomes = decided.outcomes(stamp);
        if (decided.isEmpty()) {
            open.connection().rollback();
            return new Applied(stamp, outcomes, List.of(), 0);
        }
        List<StampedRecord> stamped = decided.stamped(stamp);
        new TableWriter(open, tables.agents()).apply(stamped);
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
        long firstSeq = applied.stamp().firstSeq();
        try {
            lines.reset();
            RecordWriter.writeLines(applied.records(), lines);
            return segments.append(
                    lines.content(), applied.records().size(), firstSeq, firstSeq - 1 + applied.events());
        } catch (AppendRefusedException refused) {
            takeBack(open, refused);
            throw new StorageException(
                    refused.diskFull() ? Remedy.FREE_SPACE : Remedy.RETRY, "the event log refused a batch", refused);
        } catch (LogStateUnknownException unknown) {
            fatal = new FatalStorageException("nobody knows what the event log holds", unknown);
            throw fatal;
        } catch (RuntimeException failed) {
            throw takeBack(open, failed);
        }
    }

    /** Undoes what was applied; a database that cannot even do that is opened anew before the next batch. */
    private RuntimeException takeBack(H2Session open, Exception failed) {
        tables.agents().clear();
        try {
            open.connection().rollback();
        } catch (SQLException broken) {
            failed.addSuppressed(broken);
        }
        if (H2Failure.isDamage(failed) || !tables.works()) {
            log.warn("The embedded database failed; it is opened anew from the event log", failed);
            tables.drop(failed);
        }
        return H2Failure.of(failed, "the embedded database did not take a batch");
    }

    /** The batch is in the log: whatever happens to H2 now, it is committed. */
    private void finish(H2Session open, LogProgress progress) {
        tables.advanceTo(progress);
        try {
            progress.write(open);
            open.connection().commit();
            tables.checkpoint();
        } catch (SQLException | RuntimeException failed) {
            log.warn(
                    "The embedded database failed after the log had the batch; it is opened anew from the event log",
                    failed);
            tables.drop(failed);
            try {
                tables.session();
            } catch (RuntimeException notYet) {
                log.warn(
                        "The embedded database cannot be opened at present; it is tried again with the next request",
                        notYet);
            }
        }
    }
}
