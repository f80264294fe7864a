package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What opening makes of what it finds: torn ends are cut off, damage is refused and left as it is. */
class SegmentLogRecoveryTest extends LogOnFaultyFiles {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTornLastBatchShouldBeCutOffWhereverItIsTorn(boolean ownSegment) throws IOException {
        LogSettings settings = ownSegment ? ONE_BATCH_PER_SEGMENT : ONE_SEGMENT;
        write(settings, FIRST, SECOND, THIRD);
        Path file = lastFile();
        byte[] whole = files.content(file);
        int start = ownSegment ? 0 : (int) positions.get(1).offset();
        List<Path> all = files.files();

        for (int length = start; length < whole.length; length++) {
            files.put(file, Arrays.copyOf(whole, length));
            SegmentLog log = opened(settings, length % 2 == 0 ? positions.get(1) : Position.START);

            assertThat(log.cutBytes()).isEqualTo(length - start);
            assertThat(log.end()).isEqualTo(positions.get(1));
            assertThat(log.lastSeq()).isEqualTo(3);
            assertThat(Replayed.all(log).batches).containsExactly(FIRST.lines(), SECOND.lines());
            assertThat(files.files()).hasSize(ownSegment ? 2 : 1);
            assertThat(THIRD.appendTo(log)).isEqualTo(positions.get(2));
            assertThat(files.content(file)).isEqualTo(whole);
        }
        assertThat(files.files()).isEqualTo(all);
    }

    @Test
    void aTornFirstBatchShouldLeaveAnEmptyLog() throws IOException {
        write(ONE_SEGMENT, FIRST);
        byte[] whole = files.content(lastFile());
        for (int length = 0; length < whole.length; length++) {
            files.put(DIRECTORY.resolve(SegmentNames.of(1)), Arrays.copyOf(whole, length));
            SegmentLog log = opened(ONE_SEGMENT);

            assertThat(log.end()).isEqualTo(Position.START);
            assertThat(log.lastSeq()).isZero();
            assertThat(files.files()).isEmpty();
            FIRST.appendTo(log);
            assertThat(Replayed.all(log).batches).containsExactly(FIRST.lines());
        }
    }

    @Test
    void anythingThatIsNoBatchShouldBeCutOffTheEnd() throws IOException {
        write(ONE_SEGMENT, FIRST, SECOND);
        byte[] whole = files.content(lastFile());
        byte[] zeros = new byte[300_000];
        byte[] lineFeeds = new byte[1_000];
        Arrays.fill(lineFeeds, (byte) '\n');
        byte[] noise = new byte[5_000];
        new SplittableRandom(3).nextBytes(noise);
        byte[] nearlyTrailer = "{\"batch\":3,\"records\":1,\"bytes\":999999,\"lastSeq\":3,\"crc32c\":\"00000000\"}\n"
                .getBytes(StandardCharsets.US_ASCII);

        for (byte[] garbage : List.of(zeros, lineFeeds, noise, nearlyTrailer)) {
            files.put(lastFile(), joined(whole, garbage));
            SegmentLog log = opened(new LogSettings(1 << 20, 100_000));
            assertThat(log.cutBytes()).isEqualTo(garbage.length);
            assertThat(log.end()).isEqualTo(positions.get(1));
            assertThat(files.content(lastFile())).isEqualTo(whole);
        }
    }

    @Test
    void aCutShouldBeToldWithItsBytes() throws IOException {
        write(ONE_SEGMENT, FIRST);
        files.put(lastFile(), joined(files.content(lastFile()), "{\"seq\":2".getBytes(StandardCharsets.US_ASCII)));
        opened(ONE_SEGMENT);

        assertThat(warnings.messages())
                .singleElement()
                .asString()
                .startsWith("WARN Cut 8 bytes off log/events-00000000000000000001.jsonl at offset "
                        + positions.getFirst().offset());
    }

    @Test
    void aSoundLogShouldBeOpenedWithoutAWarning() throws IOException {
        write(ONE_BATCH_PER_SEGMENT, FIRST, SECOND, THIRD);
        opened(ONE_BATCH_PER_SEGMENT);

        assertThat(warnings.messages()).isEmpty();
    }

    @Test
    void aCutShouldBeDurable() throws IOException {
        write(ONE_BATCH_PER_SEGMENT, FIRST, SECOND);
        byte[] whole = files.content(lastFile());
        for (int seed = 0; seed < 100; seed++) {
            files.put(DIRECTORY.resolve(SegmentNames.of(2)), Arrays.copyOf(whole, whole.length - 1));
            TestBatch other = TestBatch.of(2, "another second");
            other.appendTo(opened(ONE_BATCH_PER_SEGMENT));
            files.restartAfterPowerCut(new SplittableRandom(seed));

            assertThat(Replayed.all(opened(ONE_BATCH_PER_SEGMENT)).batches)
                    .containsExactly(FIRST.lines(), other.lines());
        }
    }

    /** After kill -9 the last batch may be in memory only; a reader may store it once the log has been opened. */
    @Test
    void whatOpeningFoundShouldSurviveAPowerCut() throws IOException {
        for (LogSettings settings : List.of(ONE_SEGMENT, ONE_BATCH_PER_SEGMENT)) {
            for (int seed = 0; seed < 100; seed++) {
                files = new FaultyLogFiles();
                SegmentLog log = opened(settings);
                FIRST.appendTo(log);
                files.fail(Operation.FORCE, 1, FaultyLogFiles.Failure.PROCESS_ENDS);
                assertThat(catchThrowable(() -> SECOND.appendTo(log))).isNotNull();

                Position end = opened(settings).end();
                assertThat(end.batch()).isEqualTo(2);
                files.restartAfterPowerCut(new SplittableRandom(seed));
                assertThat(opened(settings, end).end()).isEqualTo(end);
            }
        }
    }

    @Test
    void anEmptyLastSegmentShouldBeRemoved() throws IOException {
        write(ONE_SEGMENT, FIRST, SECOND);
        files.put(DIRECTORY.resolve(SegmentNames.of(4)), new byte[0]);
        SegmentLog log = opened(ONE_SEGMENT);

        assertThat(log.end()).isEqualTo(positions.get(1));
        assertThat(log.lastSeq()).isEqualTo(3);
        assertThat(log.segments()).hasSize(1);
        assertThat(files.files()).hasSize(1);
        THIRD.appendTo(log);
        assertThat(Replayed.all(log).batches).hasSize(3);
    }

    @Test
    void aReaderAheadOfTheLogShouldBeRefusedAndNothingBeChanged() throws IOException {
        write(ONE_SEGMENT, FIRST, SECOND);
        byte[] whole = files.content(lastFile());
        for (int length = 0; length < whole.length; length++) {
            byte[] torn = Arrays.copyOf(whole, length);
            files.put(lastFile(), torn);
            assertThatExceptionOfType(PositionAheadException.class)
                    .isThrownBy(() -> opened(ONE_SEGMENT, positions.get(1)))
                    .withMessageContaining(positions.get(1).toString())
                    .satisfies(failure -> assertThat(failure.end().batch()).isLessThan(2));
            assertThat(files.content(lastFile())).isEqualTo(torn);
        }
        files.delete(lastFile());
        assertThatExceptionOfType(PositionAheadException.class)
                .isThrownBy(() -> opened(ONE_SEGMENT, positions.get(1)))
                .withMessageContaining("the log ends at the start of the log");
    }

    @Test
    void replayFromAheadOfTheEndShouldBeRefused() throws IOException {
        write(ONE_SEGMENT, FIRST, SECOND);
        SegmentLog log = opened(ONE_SEGMENT);

        for (Position ahead : List.of(new Position(1, 9_999, 3), new Position(7, 10, 3))) {
            assertThatExceptionOfType(PositionAheadException.class)
                    .isThrownBy(() -> Replayed.after(ahead, log))
                    .withMessageContaining(ahead.toString())
                    .withMessageContaining(log.end().toString());
        }
    }

    @Test
    void replayFromAPositionThatIsNoneOfThisLogShouldBeRefused() throws IOException {
        write(ONE_SEGMENT, FIRST, SECOND, THIRD);
        SegmentLog log = opened(ONE_SEGMENT);
        Position real = positions.get(1);

        for (Position other : List.of(
                new Position(1, real.offset() - 1, 2), new Position(1, real.offset(), 1), new Position(1, 5, 1))) {
            assertThatExceptionOfType(CorruptLogException.class)
                    .isThrownBy(() -> Replayed.after(other, log))
                    .withMessageContaining("the end of batch " + other.batch());
        }
    }

    @Test
    void replayOfWhatWasDroppedShouldBeRefused() throws IOException {
        write(ONE_BATCH_PER_SEGMENT, FIRST, SECOND, THIRD);
        SegmentLog log = opened(ONE_BATCH_PER_SEGMENT);
        log.dropSegmentsBefore(log.end(), 4);

        for (Position dropped : List.of(Position.START, positions.get(0), positions.get(1))) {
            assertThatExceptionOfType(PositionDroppedException.class)
                    .isThrownBy(() -> Replayed.after(dropped, log))
                    .withMessageContaining(dropped.toString())
                    .satisfies(failure ->
                            assertThat(failure.oldestSegmentFirstSeq()).isEqualTo(4));
        }
        assertThat(Replayed.after(positions.get(2), log).batches).isEmpty();
        assertThat(Replayed.scanned(log, 0)).isEqualTo(THIRD.lines());
    }

    @Test
    void aKnownGoodPositionShouldSpareReadingWhatIsBefore() throws IOException {
        write(ONE_SEGMENT, FIRST, SECOND, THIRD);
        byte[] damaged = files.content(lastFile());
        damaged[20] ^= 1;
        files.put(lastFile(), damaged);

        SegmentLog log = opened(ONE_SEGMENT, positions.get(0));
        assertThat(log.end()).isEqualTo(positions.get(2));
        assertThat(Replayed.after(positions.get(0), log).batches).containsExactly(SECOND.lines(), THIRD.lines());
    }

    @Test
    void openingShouldReadTheLastSegmentOnly() throws IOException {
        List<TestBatch> batches = new ArrayList<>();
        for (long seq = 1; seq <= 100; seq++) {
            batches.add(TestBatch.of(seq, "n"));
        }
        write(ONE_BATCH_PER_SEGMENT, batches.toArray(TestBatch[]::new));
        files.takePerformed();
        opened(ONE_BATCH_PER_SEGMENT);

        assertThat(files.takePerformed())
                .filteredOn(operation -> operation == Operation.OPEN_FOR_READ)
                .hasSizeLessThanOrEqualTo(2);
    }
}
