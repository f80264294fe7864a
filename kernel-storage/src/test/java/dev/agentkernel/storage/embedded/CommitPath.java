package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.CommitStore.Committed;
import dev.agentkernel.storage.embedded.log.AppendListener;
import dev.agentkernel.storage.embedded.log.BatchVisitor;
import dev.agentkernel.storage.embedded.log.LogFiles;
import dev.agentkernel.storage.embedded.log.LogLine;
import dev.agentkernel.storage.embedded.log.LogSettings;
import dev.agentkernel.storage.embedded.log.NioLogFiles;
import dev.agentkernel.storage.embedded.log.Position;
import dev.agentkernel.storage.embedded.log.SegmentLog;
import dev.agentkernel.storage.records.ActivityTally;
import dev.agentkernel.storage.records.RecordReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The commit path of the embedded storage: all of it but the lock, and the registry's mapper, which takes long to start. */
final class CommitPath implements AutoCloseable {

    private final OpenParts parts;
    final H2Database database;
    final SegmentLog log;
    final EmbeddedCommitStore commits;
    final EmbeddedActivityStore activity;

    /** Where and on what a commit path works. */
    record Place(
            Path directory, LogFiles files, String databaseFileSystem, long segmentBytes, Duration checkpointPeriod) {

        static Place onDisk(Path directory) {
            return new Place(directory, new NioLogFiles(), H2Database.DISK, 1 << 20, Checkpoints.PERIOD);
        }

        Path events() {
            return directory.resolve("events");
        }

        Place withSegmentBytes(long bytes) {
            return new Place(directory, files, databaseFileSystem, bytes, checkpointPeriod);
        }
    }

    private CommitPath(
            OpenParts parts,
            H2Database database,
            SegmentLog log,
            EmbeddedCommitStore commits,
            EmbeddedActivityStore activity) {
        this.parts = parts;
        this.database = database;
        this.log = log;
        this.commits = commits;
        this.activity = activity;
    }

    static CommitPath open(Place place, InstantSource clock) throws IOException {
        return open(place, clock, AppendListener.NONE);
    }

    static CommitPath open(Place place, InstantSource clock, AppendListener listener) throws IOException {
        OpenParts opened = new OpenParts();
        try {
            H2Database database = opened.add(H2Database.open(
                    place.databaseFileSystem(), place.directory().resolve("kernel")));
            Position known = database.read(LogProgress::read).position();
            LogSettings settings = LogSettings.ofSegmentBytes(place.segmentBytes());
            SegmentLog log = opened.add(SegmentLog.open(place.events(), settings, place.files(), known, listener));
            SpaceWatch space = new SpaceWatch(place.directory(), 0);
            LiveTables tables = opened.add(new LiveTables(database, log, place.checkpointPeriod()));
            ActivityTally tally = new ActivityTally(log.lastSeq());
            EmbeddedCommitStore commits = new EmbeddedCommitStore(tables, log, space, clock, tally);
            commits.recover();
            return new CommitPath(
                    opened,
                    database,
                    log,
                    commits,
                    new EmbeddedActivityStore(database, tables, new EmbeddedEventStore(log), tally));
        } catch (IOException | RuntimeException failed) {
            opened.closeAll(failed);
            throw failed;
        }
    }

    /** Commits a batch of changes and returns what became of it. */
    Committed commit(Change... changes) {
        return commits.commit(new Batch(List.of(changes), List.of()));
    }

    /** Commits a random batch, and lets the source learn of it. */
    List<StampedRecord> commit(RandomChanges changes, int changesMax) {
        Committed committed = commits.commit(new Batch(changes.batch(changesMax), changes.notes()));
        changes.learn(committed.records());
        return committed.records();
    }

    /** Every record of the log, in order. */
    List<StampedRecord> records() throws IOException {
        return records(log);
    }

    static List<StampedRecord> records(SegmentLog log) throws IOException {
        List<StampedRecord> records = new ArrayList<>();
        log.replay(Position.START, new BatchVisitor() {
            @Override
            public void line(LogLine line) {
                records.add(RecordReader.read(line.buffer(), line.offset(), line.length()));
            }

            @Override
            public boolean endBatch(Position end) {
                return true;
            }
        });
        return records;
    }

    List<String> dump() {
        return database.read(session -> Tables.dump(session.connection()));
    }

    /** Holds the tables against the rules, and the log against what was acknowledged. */
    void requireHolds(List<StampedRecord> acknowledged) throws IOException {
        assertThat(records()).isEqualTo(acknowledged);
        database.read(session -> {
            Tables.requireSound(session.connection());
            return LogProgress.read(session);
        });
    }

    @Override
    public void close() throws IOException {
        IOException failures = new IOException("the commit path was not closed in good order");
        parts.closeAll(failures);
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }
}
