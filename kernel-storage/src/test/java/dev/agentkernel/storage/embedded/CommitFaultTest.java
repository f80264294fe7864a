package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.FatalStorageException;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.storage.embedded.CommitPath.Place;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Failure;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The event log's files fail, at every step of a commit: what was said to the client holds in the log and in the tables. */
class CommitFaultTest {

    private final SettableClock clock = new SettableClock();
    private final FaultyLogFiles files = new FaultyLogFiles();
    private Place place;

    @TempDir
    private Path directory;

    @BeforeEach
    void choosePlace() {
        // So small that nearly every batch begins a segment, and every kind of change to the files happens.
        place = new Place(directory, files, H2Database.DISK, 600, Checkpoints.PERIOD);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"PROCESS_ENDS"})
    void whatACommitSaidShouldHoldWhereverTheLogFails(Failure failure) throws IOException {
        List<StampedRecord> acknowledged = new ArrayList<>();
        Set<Outcome> seen = EnumSet.noneOf(Outcome.class);
        RandomChanges changes = new RandomChanges(failure.ordinal());
        CommitPath path = CommitPath.open(place, clock);
        for (int step = 0; step < 24; step++) {
            acknowledged.addAll(path.commit(changes, 3));
            files.fail(Operation.CHANGES, 1 + step % 6, failure);
            Outcome outcome = commit(path, changes, acknowledged);
            seen.add(outcome);
            if (outcome == Outcome.FATAL) {
                path = restart(path, acknowledged, changes);
            }
            files.restart();
            path.close();
            path = CommitPath.open(place, clock);
            path.requireHolds(acknowledged);
        }
        path.close();
        assertThat(seen).contains(Outcome.REFUSED, Outcome.FATAL);
    }

    private enum Outcome {
        ACKNOWLEDGED,
        REFUSED,
        FATAL
    }

    private static Outcome commit(CommitPath path, RandomChanges changes, List<StampedRecord> acknowledged) {
        try {
            acknowledged.addAll(path.commit(changes, 3));
            return Outcome.ACKNOWLEDGED;
        } catch (StorageException nothingKept) {
            return Outcome.REFUSED;
        } catch (FatalStorageException unknown) {
            return Outcome.FATAL;
        }
    }

    /** The process ends without an answer; after it either all of the batch is there, or nothing. */
    private CommitPath restart(CommitPath path, List<StampedRecord> acknowledged, RandomChanges changes)
            throws IOException {
        files.restart();
        path.close();
        CommitPath next = CommitPath.open(place, clock);
        List<StampedRecord> found = next.records();
        assertThat(found).startsWith(acknowledged.toArray(StampedRecord[]::new));
        List<StampedRecord> unanswered = List.copyOf(found.subList(acknowledged.size(), found.size()));
        assertThat(unanswered.stream().map(StampedRecord::time).distinct())
                .as("the records of one batch at most")
                .hasSizeLessThanOrEqualTo(1);
        acknowledged.addAll(unanswered);
        changes.learn(unanswered);
        return next;
    }

    @Test
    void aRefusedBatchShouldLeaveTheTablesAsTheyWere() throws IOException {
        try (CommitPath path = CommitPath.open(place, clock)) {
            RandomChanges changes = new RandomChanges(1);
            List<StampedRecord> acknowledged = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                acknowledged.addAll(path.commit(changes, 5));
            }
            List<String> before = path.dump();
            files.fail(Operation.WRITE, 1, Failure.SHORT);

            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> path.commits.commit(writing(changes)))
                    .withMessageContaining("event log refused")
                    .satisfies(full -> assertThat(full.remedy()).isEqualTo(Remedy.FREE_SPACE));
            assertThat(path.dump()).isEqualTo(before);
            files.fail(Operation.WRITE, 1, Failure.ERROR);
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> path.commits.commit(writing(changes)))
                    .satisfies(failed -> assertThat(failed.remedy()).isEqualTo(Remedy.RETRY));
            assertThat(path.dump()).isEqualTo(before);
            path.requireHolds(acknowledged);
        }
    }

    private static Batch writing(RandomChanges changes) {
        return new Batch(changes.batch(20), List.of());
    }

    @Test
    void afterAFailedForceNothingShouldBeAnsweredAnyMore() throws IOException {
        CommitPath path = CommitPath.open(place, clock);
        RandomChanges changes = new RandomChanges(2);
        List<StampedRecord> acknowledged = new ArrayList<>(path.commit(changes, 1));
        files.fail(Operation.FORCE, 1, Failure.ERROR);

        assertThatExceptionOfType(FatalStorageException.class).isThrownBy(() -> path.commit(changes, 1));
        assertThat(catchThrowable(() -> path.commit(changes, 1))).isInstanceOf(FatalStorageException.class);
        CommitPath next = restart(path, acknowledged, changes);
        acknowledged.addAll(next.commit(changes, 1));
        next.requireHolds(acknowledged);
        next.close();
    }
}
