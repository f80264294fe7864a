package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.embedded.log.BatchVisitor;
import dev.agentkernel.storage.embedded.log.LogLine;
import dev.agentkernel.storage.embedded.log.Position;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import dev.agentkernel.storage.records.RecordReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies to the tables what the log has beyond them, batch by batch, with the code of live commits. */
final class LogReplay {

    private static final Logger log = LoggerFactory.getLogger(LogReplay.class);

    /** Records per transaction of H2: bounds its undo log, and what is done again if the replay is interrupted. */
    private static final int RECORDS_PER_COMMIT = 5_000;

    private static final Duration PROGRESS_PERIOD = Duration.ofSeconds(5);

    private final SegmentLog segments;
    private final H2Session session;
    private final TableWriter tables;

    LogReplay(SegmentLog segments, H2Session session, KnownAgents agents) {
        this.segments = segments;
        this.session = session;
        this.tables = new TableWriter(session, agents);
    }

    /** Returns how far the tables are: up to the log's end. */
    LogProgress bringUp() throws SQLException {
        LogProgress before = LogProgress.read(session);
        if (before.position().equals(segments.end())) {
            return before;
        }
        Applying applying = new Applying(before);
        try {
            segments.replay(before.position(), applying);
            applying.commit();
        } catch (WrappedSqlException failed) {
            throw failed.sqlException();
        } catch (IOException unreadable) {
            throw new StorageException(
                    StorageException.Remedy.RETRY,
                    "the event log cannot be read from " + before.position(),
                    unreadable);
        }
        log.info("Applied {} log records that the tables did not have yet", applying.records);
        return applying.progress;
    }

    private final class Applying implements BatchVisitor {

        private final List<StampedRecord> batch = new ArrayList<>();
        private LogProgress progress;
        private long records;
        private int uncommitted;
        private long nextReportNanos = System.nanoTime() + PROGRESS_PERIOD.toNanos();

        Applying(LogProgress before) {
            this.progress = before;
        }

        @Override
        public void line(LogLine line) {
            batch.add(RecordReader.read(line.buffer(), line.offset(), line.length()));
        }

        @Override
        public boolean endBatch(Position end) {
            try {
                tables.apply(batch);
                records += batch.size();
                uncommitted += batch.size();
                progress = progressAt(end);
                batch.clear();
                if (uncommitted >= RECORDS_PER_COMMIT) {
                    commit();
                }
                return true;
            } catch (SQLException failed) {
                throw new WrappedSqlException(failed);
            }
        }

        private LogProgress progressAt(Position end) {
            long lastSeq = progress.lastSeq();
            Instant lastTime = progress.lastTime();
            for (StampedRecord stamped : batch) {
                lastSeq = Math.max(lastSeq, stamped.seq());
                lastTime = stamped.time();
            }
            return new LogProgress(end, lastSeq, lastTime);
        }

        void commit() throws SQLException {
            progress.write(session);
            session.connection().commit();
            uncommitted = 0;
            if (System.nanoTime() > nextReportNanos) {
                log.info(
                        "Applying the event log to the tables: at {}, {} records so far", progress.position(), records);
                nextReportNanos = System.nanoTime() + PROGRESS_PERIOD.toNanos();
            }
        }
    }

    /** Carries a database failure through the log's visitor. */
    private static final class WrappedSqlException extends UncheckedIOException {

        private static final long serialVersionUID = 1L;

        private final SQLException failure;

        WrappedSqlException(SQLException failure) {
            super(new IOException(failure));
            this.failure = failure;
        }

        SQLException sqlException() {
            return failure;
        }
    }
}
