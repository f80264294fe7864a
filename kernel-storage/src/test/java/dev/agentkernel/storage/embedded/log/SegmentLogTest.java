package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What the log does on a real file system when nothing fails. */
class SegmentLogTest extends LogOnRealFiles {

    @Test
    void aNewLogIsEmpty() throws IOException {
        assertThat(log.end()).isEqualTo(Position.START);
        assertThat(log.lastSeq()).isZero();
        assertThat(log.lastBatch()).isZero();
        assertThat(log.segments()).isEmpty();
        assertThat(log.oldestSegmentFirstSeq()).isEmpty();
        assertThat(Replayed.all(log).batches).isEmpty();
        assertThat(Replayed.scanned(log, 0)).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void appendShouldWriteTheLinesAndATrailerWithTheirCountLengthAndChecksum() throws IOException {
        TestBatch batch = TestBatch.of(1, "one", "two");
        Position end = batch.appendTo(log);

        byte[] lines = batch.bytes().array();
        CRC32C checksum = new CRC32C();
        checksum.update(lines);
        String expected = new String(lines, StandardCharsets.UTF_8)
                + "{\"batch\":1,\"records\":2,\"bytes\":" + lines.length + ",\"lastSeq\":2,\"crc32c\":\""
                + String.format("%08x", checksum.getValue()) + "\"}\n";
        Path file = directory.resolve("events-00000000000000000001.jsonl");
        assertThat(file).hasContent(expected).hasSize(expected.length());
        assertThat(end).isEqualTo(new Position(1, expected.length(), 1));
        assertThat(log.end()).isEqualTo(end);
        assertThat(log.lastSeq()).isEqualTo(2);
        assertThat(log.lastBatch()).isEqualTo(1);
    }

    @Test
    void filesAndDirectoryShouldBelongToTheOwnerAlone() throws IOException {
        TestBatch.of(1, "secret").appendTo(log);

        assertThat(Files.getAttribute(directory, "unix:mode")).isEqualTo(040700);
        assertThat(Files.getAttribute(log.segments().getFirst().file(), "unix:mode"))
                .isEqualTo(0100600);
    }

    @Test
    void appendShouldTakeADirectBufferAndLeaveItAsItIs() throws IOException {
        TestBatch batch = TestBatch.of(1, "direct");
        ByteBuffer direct = ByteBuffer.allocateDirect(200).position(10);
        direct.put(batch.bytes()).flip().position(10);
        log.append(direct, 1, 1, 1);

        assertThat(direct.position()).isEqualTo(10);
        assertThat(Replayed.scanned(log, 0)).isEqualTo(batch.lines());
    }

    @Test
    void appendShouldTakeASliceOfALargerArray() throws IOException {
        TestBatch batch = TestBatch.of(1, "slice");
        ByteBuffer whole = ByteBuffer.allocate(200).put(17, batch.bytes().array());
        log.append(whole.slice(17, batch.bytes().remaining()), 1, 1, 1);

        assertThat(Replayed.scanned(log, 0)).isEqualTo(batch.lines());
    }

    @Test
    void appendShouldRefuseLinesThatAreNotWhatTheNumbersSay() throws IOException {
        TestBatch.of(1, "first").appendTo(log);
        Position end = log.end();

        assertRefused("it has no record", "", 0, 2, 1);
        assertRefused("it has 1 lines, not 2", TestBatch.publicLine(2, "a") + "\n", 2, 2, 2);
        assertRefused("the last of its lines has no line feed", TestBatch.publicLine(2, "a"), 1, 2, 2);
        assertRefused("line 2 is empty", TestBatch.publicLine(2, "a") + "\n\n", 2, 2, 2);
        assertRefused("line 1 begins like a trailer", "{\"batch\":1}\n", 1, 2, 1);
        assertRefused("its lines go from seq 2 to 2, not from 2 to 3", TestBatch.publicLine(2, "a") + "\n", 1, 2, 3);
        assertRefused("its lines go from seq 3 to 3, not from 2 to 3", TestBatch.publicLine(3, "a") + "\n", 1, 2, 3);
        assertRefused(
                "its first seq 1 does not follow the log's last seq 1", TestBatch.publicLine(1, "a") + "\n", 1, 1, 1);
        assertRefused("its lastSeq must be the log's 1, not 2", TestBatch.privateLine("a") + "\n", 1, 2, 2);
        assertRefused(
                "line 2 has seq 2 after seq 3",
                TestBatch.publicLine(3, "a") + "\n" + TestBatch.publicLine(2, "a") + "\n",
                2,
                3,
                2);
        assertThat(log.end()).isEqualTo(end);
        assertThat(Replayed.all(log).batches).hasSize(1);
    }

    @Test
    void appendShouldTakeALineOfTheLongestLengthAndRefuseALongerOne() throws IOException {
        reopen(new LogSettings(1 << 20, 100_000));
        int envelope = TestBatch.publicLine(1, "").length();
        TestBatch longest = TestBatch.of(1, "x".repeat(100_000 - envelope));
        longest.appendTo(log);

        TestBatch longer = TestBatch.of(2, "x".repeat(100_001 - envelope));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> longer.appendTo(log))
                .withMessageContaining("line 1 has 100001 bytes, more than the limit of 100000");
        reopen(new LogSettings(1 << 20, 100_000));
        assertThat(Replayed.all(log).batches).containsExactly(longest.lines());
        assertThat(Replayed.scanned(log, 0)).isEqualTo(longest.lines());
    }

    @Test
    void rotationShouldWaitForAPublicRecordSoThatNamesDiffer() throws IOException {
        reopen(ONE_BATCH_PER_SEGMENT);
        TestBatch.privateOnly(1, "a").appendTo(log);
        TestBatch.privateOnly(1, "b").appendTo(log);
        assertThat(log.segments()).hasSize(1);
        TestBatch.of(1, "c").appendTo(log);
        assertThat(log.segments()).hasSize(1);
        TestBatch.privateOnly(2, "d").appendTo(log);

        assertThat(log.segments()).extracting(SegmentSummary::firstSeq).containsExactly(1L, 2L);
        reopen(ONE_BATCH_PER_SEGMENT);
        assertThat(log.lastSeq()).isEqualTo(1);
        TestBatch.of(2, "e").appendTo(log);
        assertThat(log.segments()).hasSize(2);
        assertThat(Replayed.all(log).batches).hasSize(5);
    }

    @Test
    void dropShouldDeleteOnlyWhatIsBeforeThePositionAndTheSeqAndNeverTheLastBatch() throws IOException {
        reopen(ONE_BATCH_PER_SEGMENT);
        List<Position> positions = new ArrayList<>();
        for (long seq = 1; seq <= 9; seq += 2) {
            positions.add(TestBatch.of(seq, "a", "b").appendTo(log));
        }

        assertThat(log.dropSegmentsBefore(Position.START, 100)).isEmpty();
        assertThat(log.dropSegmentsBefore(positions.get(3), 4)).hasSize(1);
        assertThat(log.segments()).extracting(SegmentSummary::firstSeq).containsExactly(3L, 5L, 7L, 9L);
        assertThat(log.dropSegmentsBefore(positions.get(3), 5)).hasSize(1);
        assertThat(log.dropSegmentsBefore(positions.get(3), 100)).hasSize(1);
        assertThat(log.segments()).extracting(SegmentSummary::firstSeq).containsExactly(7L, 9L);
        assertThat(log.dropSegmentsBefore(log.end(), 100)).hasSize(1);
        assertThat(log.dropSegmentsBefore(log.end(), 100)).isEmpty();
        assertThat(log.segments()).extracting(SegmentSummary::firstSeq).containsExactly(9L);
        assertThat(directory.toFile().list()).containsExactly("events-00000000000000000009.jsonl");

        reopen(ONE_BATCH_PER_SEGMENT);
        assertThat(log.lastSeq()).isEqualTo(10);
        assertThat(log.lastBatch()).isEqualTo(5);
        assertThat(log.oldestSegmentFirstSeq()).hasValue(9);
        assertThat(Replayed.scanned(log, 0)).hasSize(2);
        assertThat(TestBatch.of(11, "more").appendTo(log).batch()).isEqualTo(6);
    }

    @Test
    void theListenerShouldHearOfEveryDurableBatch() throws IOException {
        List<String> heard = new ArrayList<>();
        log.close();
        log = SegmentLog.open(
                directory, ONE_SEGMENT, new NioLogFiles(), Position.START, (records, bytes, write, force) -> {
                    heard.add(records + " records, " + bytes + " bytes");
                    assertThat(write).isPositive();
                    assertThat(force).isPositive().isLessThan(Duration.ofMinutes(1));
                });
        TestBatch.of(1, "one", "two").appendTo(log);

        assertThat(heard).containsExactly("2 records, " + log.end().offset() + " bytes");
    }

    @Test
    void aFailingListenerShouldNotMakeADurableBatchLookFailed() throws IOException {
        log.close();
        log = SegmentLog.open(
                directory, ONE_SEGMENT, new NioLogFiles(), Position.START, (records, bytes, write, force) -> {
                    throw new IllegalStateException("listener");
                });

        try (CapturedWarnings warnings = new CapturedWarnings(SegmentWriter.class)) {
            assertThat(TestBatch.of(1, "one").appendTo(log)).isEqualTo(log.end());
            assertThat(warnings.messages()).singleElement().asString().contains("durable all the same");
        }
        assertThat(Replayed.all(log).batches).hasSize(1);
    }

    @Test
    void anAppendFromWithinAnAppendShouldBeRefused() throws IOException {
        log.close();
        List<RuntimeException> failures = new ArrayList<>();
        log = SegmentLog.open(
                directory, ONE_SEGMENT, new NioLogFiles(), Position.START, (records, bytes, write, force) -> {
                    try {
                        TestBatch.of(2, "nested").appendTo(log);
                    } catch (IllegalStateException failure) {
                        failures.add(failure);
                    }
                });
        TestBatch.of(1, "one").appendTo(log);

        assertThat(failures)
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("single writer"));
        assertThat(log.lastSeq()).isEqualTo(1);
    }

    @Test
    void anInterruptShouldNotDisturbAnAppend() throws IOException {
        reopen(ONE_BATCH_PER_SEGMENT);
        Thread.currentThread().interrupt();
        try {
            TestBatch.of(1, "one").appendTo(log);
            TestBatch.of(2, "two").appendTo(log);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(Replayed.all(log).batches).hasSize(2);
    }

    @Test
    void aClosedLogShouldRefuseEverything() throws IOException {
        log.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> TestBatch.of(1, "late").appendTo(log));
        assertThatIllegalStateException().isThrownBy(() -> log.scan(0, line -> true));
        assertThatIllegalStateException().isThrownBy(() -> log.end());
        log.close();
    }
}
