package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Failure;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the log does when an operation of the file system fails: each of them, in each way, at each place. */
class SegmentLogFailureTest {

    private static final Path DIRECTORY = Path.of("log");
    private static final LogSettings ONE_SEGMENT = LogSettings.ofSegmentBytes(1 << 20);
    private static final LogSettings ONE_BATCH_PER_SEGMENT = LogSettings.ofSegmentBytes(1);
    private static final TestBatch FIRST = TestBatch.of(1, "first");
    private static final TestBatch SECOND = TestBatch.of(2, "second", "third");
    private static final TestBatch THIRD = TestBatch.of(4, "fourth");

    private FaultyLogFiles files;
    private CapturedWarnings warnings;

    @BeforeEach
    void captureWarnings() {
        warnings = new CapturedWarnings(TailRecovery.class);
    }

    @AfterEach
    void releaseWarnings() {
        warnings.close();
    }

    @BeforeEach
    void createFiles() {
        files = new FaultyLogFiles();
    }

    private SegmentLog opened(LogSettings settings) throws IOException {
        return SegmentLog.open(DIRECTORY, settings, files);
    }

    private SegmentLog withFirst(LogSettings settings) throws IOException {
        SegmentLog log = opened(settings);
        FIRST.appendTo(log);
        files.takePerformedChanges();
        return log;
    }

    @Test
    void appendShouldWriteOnceAndForceOnce() throws IOException {
        SegmentLog log = withFirst(ONE_SEGMENT);
        SECOND.appendTo(log);

        assertThat(files.takePerformedChanges()).containsExactly(Operation.WRITE, Operation.FORCE);
    }

    @Test
    void rotationShouldForceTheDirectoryBeforeTheFirstByte() throws IOException {
        SegmentLog log = withFirst(ONE_BATCH_PER_SEGMENT);
        SECOND.appendTo(log);

        assertThat(files.takePerformedChanges())
                .containsExactly(Operation.CREATE, Operation.FORCE_DIRECTORY, Operation.WRITE, Operation.FORCE);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROCESS_ENDS")
    void aFailedWriteShouldBeUndoneAndTheLogGoOn(Failure failure) throws IOException {
        SegmentLog log = withFirst(ONE_SEGMENT);
        Position end = log.end();
        files.fail(Operation.WRITE, 1, failure);

        assertThatExceptionOfType(AppendRefusedException.class)
                .isThrownBy(() -> SECOND.appendTo(log))
                .withMessageContaining("Batch 2 (2 records")
                .satisfies(refused -> assertThat(refused.diskFull())
                        .isEqualTo(failure == Failure.DISK_FULL || failure == Failure.SHORT));
        assertThat(files.takePerformedChanges()).containsExactly(Operation.WRITE, Operation.TRUNCATE, Operation.FORCE);
        assertThat(log.end()).isEqualTo(end);
        assertThat(log.lastSeq()).isEqualTo(1);

        SECOND.appendTo(log);
        THIRD.appendTo(log);
        assertHeldAfterPowerCut(ONE_SEGMENT, FIRST, SECOND, THIRD);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROCESS_ENDS")
    void aRefusedBatchShouldNotComeBackAfterAPowerCut(Failure failure) throws IOException {
        for (LogSettings settings : List.of(ONE_SEGMENT, ONE_BATCH_PER_SEGMENT)) {
            for (int seed = 0; seed < 50; seed++) {
                createFiles();
                SegmentLog log = withFirst(settings);
                files.fail(Operation.WRITE, 1, failure);
                assertThatExceptionOfType(AppendRefusedException.class).isThrownBy(() -> SECOND.appendTo(log));

                files.restartAfterPowerCut(new SplittableRandom(seed));
                assertThat(Replayed.all(opened(settings)).batches).containsExactly(FIRST.lines());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROCESS_ENDS")
    void aFailedWriteToANewSegmentShouldRemoveIt(Failure failure) throws IOException {
        SegmentLog log = withFirst(ONE_BATCH_PER_SEGMENT);
        files.fail(Operation.WRITE, 1, failure);

        assertThatExceptionOfType(AppendRefusedException.class).isThrownBy(() -> SECOND.appendTo(log));
        assertThat(files.files()).hasSize(1);
        assertThat(log.segments()).hasSize(1);

        SECOND.appendTo(log);
        THIRD.appendTo(log);
        assertHeldAfterPowerCut(ONE_BATCH_PER_SEGMENT, FIRST, SECOND, THIRD);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROCESS_ENDS")
    void aSegmentThatCannotBeCreatedShouldRefuseTheBatch(Failure failure) throws IOException {
        for (boolean empty : new boolean[] {true, false}) {
            createFiles();
            SegmentLog log = empty ? opened(ONE_SEGMENT) : withFirst(ONE_BATCH_PER_SEGMENT);
            TestBatch batch = empty ? FIRST : SECOND;
            files.fail(Operation.CREATE, 1, failure);

            assertThatExceptionOfType(AppendRefusedException.class)
                    .isThrownBy(() -> batch.appendTo(log))
                    .withMessageContaining("could not be created")
                    .satisfies(refused -> assertThat(refused.diskFull())
                            .isEqualTo(failure == Failure.DISK_FULL || failure == Failure.SHORT));
            assertThat(files.files()).hasSize(empty ? 0 : 1);

            batch.appendTo(log);
            assertThat(Replayed.all(log).batches).hasSize(empty ? 1 : 2);
        }
    }

    @Test
    void aFileThatStandsInTheWayShouldBeLeftAlone() throws IOException {
        SegmentLog log = withFirst(ONE_BATCH_PER_SEGMENT);
        Path stranger = DIRECTORY.resolve(SegmentNames.of(2));
        files.put(stranger, new byte[] {1, 2, 3});

        assertThatExceptionOfType(AppendRefusedException.class).isThrownBy(() -> SECOND.appendTo(log));
        assertThat(files.content(stranger)).containsExactly(1, 2, 3);
    }

    @Test
    void aHalfCreatedSegmentThatCannotBeDeletedShouldEndTheLog() throws IOException {
        SegmentLog log = withFirst(ONE_BATCH_PER_SEGMENT);
        files.fail(EnumSet.of(Operation.CREATE), 1, Failure.DONE);
        files.thenFail(Operation.DELETE, 1, Failure.ERROR);

        assertUnknown(log, "nor what is left of it deleted");
        assertHeldAfterPowerCut(ONE_BATCH_PER_SEGMENT, FIRST);
    }

    @Test
    void aFailedDirectoryForceShouldEndTheLog() throws IOException {
        SegmentLog log = withFirst(ONE_BATCH_PER_SEGMENT);
        files.fail(Operation.FORCE_DIRECTORY, 1, Failure.ERROR);

        assertUnknown(log, "its directory could not be forced");
        assertHeldAfterPowerCut(ONE_BATCH_PER_SEGMENT, FIRST);
    }

    @ParameterizedTest
    @EnumSource(names = {"ERROR", "DISK_FULL", "DONE"})
    void aFailedForceShouldEndTheLog(Failure failure) throws IOException {
        SegmentLog log = withFirst(ONE_SEGMENT);
        files.fail(Operation.FORCE, 1, failure);

        assertUnknown(log, "could not be forced to disk");
        // Never tried again: the next fsync would claim success.
        assertThat(files.takePerformedChanges()).containsExactly(Operation.WRITE, Operation.FORCE);
    }

    @Test
    void aFailedTruncateAfterAFailedWriteShouldEndTheLog() throws IOException {
        SegmentLog log = withFirst(ONE_SEGMENT);
        files.fail(Operation.WRITE, 1, Failure.SHORT);
        files.thenFail(Operation.TRUNCATE, 1, Failure.ERROR);

        assertUnknown(log, "could not be undone");
        assertHeldAfterPowerCut(ONE_SEGMENT, FIRST);
    }

    @Test
    void aFailedForceAfterATruncateShouldEndTheLog() throws IOException {
        SegmentLog log = withFirst(ONE_SEGMENT);
        files.fail(Operation.WRITE, 1, Failure.SHORT);
        files.thenFail(Operation.FORCE, 1, Failure.ERROR);

        assertUnknown(log, "could not be undone");
        assertHeldAfterPowerCut(ONE_SEGMENT, FIRST);
    }

    @ParameterizedTest
    @EnumSource(names = {"DELETE", "FORCE_DIRECTORY"})
    void aNewSegmentThatCannotBeRemovedShouldEndTheLog(Operation operation) throws IOException {
        SegmentLog log = withFirst(ONE_BATCH_PER_SEGMENT);
        files.fail(Operation.WRITE, 1, Failure.SHORT);
        files.thenFail(operation, 1, Failure.ERROR);

        assertUnknown(log, "could not be undone");
        assertHeldAfterPowerCut(ONE_BATCH_PER_SEGMENT, FIRST);
    }

    /** Walks a fault of each kind through every change that two appends make, and holds the outcome against what was said. */
    @ParameterizedTest
    @EnumSource
    void whatAppendSaidShouldHoldWhereverAFailureStrikes(Failure failure) throws IOException {
        Set<Operation> struck = EnumSet.noneOf(Operation.class);
        for (LogSettings settings : List.of(ONE_SEGMENT, ONE_BATCH_PER_SEGMENT)) {
            boolean happened = true;
            for (int nth = 1; happened; nth++) {
                for (int seed = 0; seed < 20; seed++) {
                    createFiles();
                    SegmentLog log = withFirst(settings);
                    files.fail(Operation.CHANGES, nth, failure);
                    happened = strike(log, settings, new SplittableRandom(seed));
                    struck.addAll(files.takePerformedChanges());
                }
            }
        }
        assertThat(struck).contains(Operation.CREATE, Operation.WRITE, Operation.FORCE, Operation.FORCE_DIRECTORY);
    }

    private boolean strike(SegmentLog log, LogSettings settings, SplittableRandom random) throws IOException {
        List<List<String>> promised = new ArrayList<>(List.of(FIRST.lines()));
        List<List<String>> possible = promised;
        for (TestBatch batch : List.of(SECOND, THIRD)) {
            Throwable failure = catchThrowable(() -> batch.appendTo(log));
            if (failure == null) {
                promised.add(batch.lines());
            } else if (failure instanceof AppendRefusedException) {
                batch.appendTo(log);
                promised.add(batch.lines());
            } else {
                assertThat(failure).isInstanceOfAny(LogStateUnknownException.class, FaultyLogFiles.ProcessEnded.class);
                possible = new ArrayList<>(promised);
                possible.add(batch.lines());
                break;
            }
        }
        boolean happened = !files.failurePending();
        files.restartAfterPowerCut(random);
        SegmentLog reopened = opened(settings);
        assertThat(Replayed.all(reopened).batches).isIn(promised, possible);
        assertThat(reopened.lastBatch())
                .isEqualTo(Replayed.all(reopened).batches.size());
        return happened;
    }

    @Test
    void aFailureOfDropShouldLeaveTheLogUsable() throws IOException {
        for (Operation operation : List.of(Operation.DELETE, Operation.FORCE_DIRECTORY)) {
            createFiles();
            SegmentLog log = withFirst(ONE_BATCH_PER_SEGMENT);
            SECOND.appendTo(log);
            THIRD.appendTo(log);
            files.fail(operation, 1, Failure.ERROR);

            assertThatIOException().isThrownBy(() -> log.dropSegmentsBefore(log.end(), 100));
            log.dropSegmentsBefore(log.end(), 100);
            assertThat(log.segments()).hasSize(1);
            assertThat(Replayed.scanned(log, 0)).isEqualTo(THIRD.lines());
            TestBatch.of(5, "goes on").appendTo(log);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"LIST", "SIZE", "OPEN_FOR_READ", "READ", "OPEN_FOR_APPEND", "TRUNCATE", "FORCE", "FORCE_DIRECTORY"
            })
    void aFailureToOpenShouldBeToldAndTheNextTrySucceed(Operation operation) throws IOException {
        withFirst(ONE_SEGMENT);
        Path file = files.files().getFirst();
        byte[] whole = files.content(file);
        byte[] torn = Arrays.copyOf(whole, whole.length + 10);
        files.put(file, torn);
        files.restart();
        files.fail(operation, 1, Failure.ERROR);

        assertThatIOException().isThrownBy(() -> opened(ONE_SEGMENT));
        assertHeldAfterPowerCut(ONE_SEGMENT, FIRST);
    }

    private void assertUnknown(SegmentLog log, String reason) {
        assertThatExceptionOfType(LogStateUnknownException.class)
                .isThrownBy(() -> SECOND.appendTo(log))
                .withMessageContaining(reason)
                .withMessageContaining("stop the process");
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> SECOND.appendTo(log),
                log::end,
                log::lastSeq,
                log::lastBatch,
                log::segments,
                log::oldestSegmentFirstSeq,
                () -> log.scan(0, line -> true),
                () -> Replayed.all(log),
                () -> log.dropSegmentsBefore(Position.START, 1))) {
            assertThatThrownBy(call)
                    .isInstanceOf(LogStateUnknownException.class)
                    .hasMessageContaining(reason);
        }
    }

    private void assertHeldAfterPowerCut(LogSettings settings, TestBatch... batches) throws IOException {
        files.restartAfterPowerCut(new SplittableRandom(5));
        SegmentLog log = opened(settings);
        List<List<String>> expected =
                List.of(batches).stream().map(TestBatch::lines).toList();
        List<List<String>> held = Replayed.all(log).batches;
        assertThat(held).startsWith(expected.toArray(List[]::new));
        if (batches.length > 1) {
            assertThat(held).isEqualTo(expected);
        }
    }
}
