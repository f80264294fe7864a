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
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log does on a real file system when nothing fails. */
class SegmentLogTest {

    private static final LogSettings ONE_BATCH_PER_SEGMENT = LogSettings.ofSegmentBytes(1);
    private static final LogSettings ONE_SEGMENT = LogSettings.ofSegmentBytes(LogSettings.DEFAULT_SEGMENT_BYTES);

    @TempDir
    Path parent;

    private Path directory;
    private SegmentLog log;

    @BeforeEach
    void open() throws IOException {
        directory = parent.resolve("data/events");
        log = SegmentLog.open(directory, ONE_SEGMENT, new NioLogFiles());
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private void reopen(LogSettings settings) throws IOException {
        log.close();
        log = SegmentLog.open(directory, settings, new NioLogFiles());
    }

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

    private void assertRefused(String problem, String lines, int records, long firstSeq, long lastSeq) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        log.append(ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8)), records, firstSeq, lastSeq))
                .withMessageContaining(problem);
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
    void reopeningShouldFindTheSameEndAndTheSameBatches() throws IOException {
        List<List<String>> written = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(7);
        for (TestBatch batch = TestBatch.of(1, "x"); written.size() < 50; ) {
            batch.appendTo(log);
            written.add(batch.lines());
            batch = TestBatch.random(batch.nextSeq(), 300, random);
        }
        Position end = log.end();
        long lastSeq = log.lastSeq();
        reopen(ONE_SEGMENT);

        assertThat(log.end()).isEqualTo(end);
        assertThat(log.lastSeq()).isEqualTo(lastSeq);
        assertThat(log.lastBatch()).isEqualTo(50);
        assertThat(log.cutBytes()).isZero();
        assertThat(Replayed.all(log).batches).isEqualTo(written);
    }

    @Test
    void replayShouldGoOnFromEveryPositionThatAppendReturned() throws IOException {
        reopen(LogSettings.ofSegmentBytes(700));
        List<List<String>> written = new ArrayList<>();
        List<Position> positions = new ArrayList<>(List.of(Position.START));
        SplittableRandom random = new SplittableRandom(11);
        for (TestBatch batch = TestBatch.of(1, "x"); written.size() < 30; ) {
            positions.add(batch.appendTo(log));
            written.add(batch.lines());
            batch = TestBatch.random(batch.nextSeq(), 100, random);
        }
        assertThat(log.segments()).hasSizeGreaterThan(5);

        for (int i = 0; i <= 30; i++) {
            Replayed replayed = Replayed.after(positions.get(i), log);
            assertThat(replayed.batches).isEqualTo(written.subList(i, 30));
            assertThat(replayed.positions).isEqualTo(positions.subList(i + 1, 31));
        }
        assertThat(positions).isSorted();
    }

    @Test
    void replayShouldStopWhenTheVisitorHasEnough() throws IOException {
        TestBatch.of(1, "one").appendTo(log);
        Position second = TestBatch.of(2, "two").appendTo(log);
        TestBatch.of(3, "three").appendTo(log);

        assertThat(Replayed.after(Position.START, log, 2).positions).hasSize(2).endsWith(second);
    }

    @Test
    void scanShouldGivePublicLinesOnlyFromTheSeqOn() throws IOException {
        reopen(ONE_BATCH_PER_SEGMENT);
        TestBatch first = TestBatch.of(1, "one", "two");
        TestBatch hidden = TestBatch.privateOnly(3, "hidden");
        TestBatch second = TestBatch.of(3, "three");
        first.appendTo(log);
        hidden.appendTo(log);
        second.appendTo(log);

        assertThat(Replayed.scanned(log, -5)).hasSize(3);
        assertThat(Replayed.scanned(log, 0))
                .containsExactly(
                        first.lines().get(0),
                        first.lines().get(1),
                        second.lines().get(0));
        assertThat(Replayed.scanned(log, 1))
                .containsExactly(first.lines().get(1), second.lines().get(0));
        assertThat(Replayed.scanned(log, 2)).isEqualTo(second.lines());
        assertThat(Replayed.scanned(log, 3)).isEmpty();
        assertThat(Replayed.scanned(log, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void scanShouldStopWhenTheVisitorHasEnough() throws IOException {
        reopen(ONE_BATCH_PER_SEGMENT);
        TestBatch.of(1, "one", "two").appendTo(log);
        TestBatch.of(3, "three").appendTo(log);

        List<Long> seqs = new ArrayList<>();
        log.scan(0, line -> {
            seqs.add(line.seq());
            return line.seq() < 2;
        });
        assertThat(seqs).containsExactly(1L, 2L);
    }

    @Test
    void scanShouldFindEverySeqOfALongSegment() throws IOException {
        SplittableRandom random = new SplittableRandom(13);
        List<String> lines = new ArrayList<>();
        for (TestBatch batch = TestBatch.of(1, "x"); lines.size() < 3_000; ) {
            batch.appendTo(log);
            lines.addAll(batch.publicLines());
            batch = TestBatch.random(batch.nextSeq(), random.nextInt(50) == 0 ? 60_000 : 500, random);
        }
        assertThat(log.segments()).hasSize(1);

        for (int since = 0; since < lines.size(); since += 1 + random.nextInt(20)) {
            List<String> found = new ArrayList<>();
            log.scan(since, line -> {
                found.add(line.toString());
                return found.size() < 3;
            });
            assertThat(found).isEqualTo(lines.subList(since, Math.min(since + 3, lines.size())));
        }
    }

    @Test
    void aThousandSegmentsShouldStayInNumericOrder() throws IOException {
        reopen(ONE_BATCH_PER_SEGMENT);
        List<String> lines = new ArrayList<>();
        for (long seq = 1; seq <= 1_200; seq++) {
            TestBatch batch = TestBatch.of(seq, "n" + seq);
            batch.appendTo(log);
            lines.addAll(batch.lines());
        }
        assertThat(log.segments()).hasSize(1_200);
        // Shorter names, as other writers give them, sort otherwise as text.
        for (SegmentSummary segment : log.segments()) {
            if (segment.firstSeq() % 3 == 0) {
                Files.move(segment.file(), directory.resolve("events-" + segment.firstSeq() + ".jsonl"));
            }
        }
        Files.writeString(directory.resolve("notes.txt"), "no segment");
        reopen(ONE_BATCH_PER_SEGMENT);

        assertThat(log.segments())
                .extracting(SegmentSummary::firstSeq)
                .isSorted()
                .hasSize(1_200);
        assertThat(log.lastSeq()).isEqualTo(1_200);
        assertThat(Replayed.scanned(log, 0)).isEqualTo(lines);
        assertThat(Replayed.scanned(log, 998)).isEqualTo(lines.subList(998, 1_200));
        assertThat(Replayed.all(log).batches).hasSize(1_200);
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
    void aMebibyteOfSixByteEscapesShouldComeBackWhole() throws IOException {
        TestBatch batch = TestBatch.of(1, "\\u0001".repeat(1 << 20), "small", "\\u0002".repeat(1 << 20));
        batch.appendTo(log);
        TestBatch.of(4, "after").appendTo(log);
        reopen(ONE_SEGMENT);

        assertThat(Replayed.all(log).batches.getFirst()).isEqualTo(batch.lines());
        assertThat(Replayed.scanned(log, 0).subList(0, 3)).isEqualTo(batch.lines());
        assertThat(Replayed.scanned(log, 3)).hasSize(1);
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
