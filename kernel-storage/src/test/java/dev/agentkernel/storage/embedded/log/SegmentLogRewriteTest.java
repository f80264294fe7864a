package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Failure;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lines that are replaced in place: nothing moves, checksums fit, and a crash leaves the old or the new. */
class SegmentLogRewriteTest {

    private static final Path DIRECTORY = Path.of("log");
    private static final LogSettings ONE_SEGMENT = LogSettings.ofSegmentBytes(1 << 20);
    private static final LogSettings ONE_BATCH_PER_SEGMENT = LogSettings.ofSegmentBytes(1);
    private static final TestBatch FIRST = TestBatch.of(1, "first", "other");
    private static final TestBatch SECOND = TestBatch.of(3, "second", "third", "fourth");
    private static final TestBatch THIRD = TestBatch.of(6, "fifth");

    private FaultyLogFiles files;

    @BeforeEach
    void createFiles() {
        files = new FaultyLogFiles();
    }

    private SegmentLog written(LogSettings settings) throws IOException {
        SegmentLog log = opened(settings);
        FIRST.appendTo(log);
        SECOND.appendTo(log);
        THIRD.appendTo(log);
        files.takePerformed();
        return log;
    }

    private SegmentLog opened(LogSettings settings) throws IOException {
        return SegmentLog.open(DIRECTORY, settings, files);
    }

    private static NavigableSet<Long> seqs(Long... seqs) {
        return new TreeSet<>(Set.of(seqs));
    }

    /** Blanks what stands between the last two quotation marks. */
    private static byte[] blanked(LogLine line) {
        return blanked(line.toString()).getBytes(StandardCharsets.UTF_8);
    }

    private static String blanked(String line) {
        int end = line.lastIndexOf('"');
        int start = line.lastIndexOf('"', end - 1) + 1;
        return line.substring(0, start) + "-".repeat(end - start) + line.substring(end);
    }

    private static List<String> blankedAll(TestBatch batch, long... seqs) {
        List<String> lines = new ArrayList<>(batch.lines());
        for (long seq : seqs) {
            int index = (int) (seq - batch.firstSeq());
            lines.set(index, blanked(lines.get(index)));
        }
        return lines;
    }

    @Test
    void rewriteShouldReplaceTheLinesAndNothingElse() throws IOException {
        for (LogSettings settings : List.of(ONE_SEGMENT, ONE_BATCH_PER_SEGMENT)) {
            createFiles();
            SegmentLog log = written(settings);
            Position end = log.end();
            List<Position> positions = Replayed.all(log).positions;
            int changed = log.rewrite(seqs(-1L, 0L, 1L, 4L, 5L, 6L, 7L, 99L), SegmentLogRewriteTest::blanked);

            assertThat(changed).isEqualTo(4);
            List<List<String>> expected = List.of(blankedAll(FIRST, 1), blankedAll(SECOND, 4, 5), blankedAll(THIRD, 6));
            assertThat(Replayed.all(log).batches).isEqualTo(expected);
            assertThat(Replayed.all(log).positions).isEqualTo(positions);
            assertThat(log.end()).isEqualTo(end);
            assertThat(Replayed.scanned(log, 3))
                    .isEqualTo(expected.stream().flatMap(List::stream).skip(3).toList());
            assertThat(files.files()).noneMatch(file -> file.endsWith(Redo.FILE_NAME));

            TestBatch.of(7, "more").appendTo(log);
            files.restartAfterPowerCut(new SplittableRandom(1));
            assertThat(Replayed.all(opened(settings)).batches)
                    .startsWith(expected.toArray(List[]::new))
                    .hasSize(4);
        }
    }

    @Test
    void rewriteShouldWriteNothingWhenNothingChanges() throws IOException {
        SegmentLog log = written(ONE_SEGMENT);

        assertThat(log.rewrite(seqs(1L, 4L), LogLine::copy)).isZero();
        assertThat(log.rewrite(seqs(), SegmentLogRewriteTest::blanked)).isZero();
        assertThat(log.rewrite(seqs(50L), SegmentLogRewriteTest::blanked)).isZero();
        assertThat(files.takePerformedChanges()).isEmpty();
        assertThat(opened(LogSettings.ofSegmentBytes(1)).rewrite(seqs(1L), LogLine::copy))
                .isZero();
    }

    @Test
    void rewriteOfAnEmptyLogShouldDoNothing() throws IOException {
        assertThat(opened(ONE_SEGMENT).rewrite(seqs(1L), SegmentLogRewriteTest::blanked))
                .isZero();
    }

    @Test
    void aLineThatDoesNotFitShouldBeRefusedAndNothingBeChanged() throws IOException {
        SegmentLog log = written(ONE_SEGMENT);
        byte[] before = files.content(files.files().getFirst());

        for (LineEdit edit : List.<LineEdit>of(
                line -> (line + " ").getBytes(StandardCharsets.UTF_8),
                line -> line.toString().replace("{\"seq\":4", "{\"seq\":9").getBytes(StandardCharsets.UTF_8),
                line -> line.toString().replace('t', '\n').getBytes(StandardCharsets.UTF_8))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> log.rewrite(seqs(4L), edit))
                    .withMessageContaining("The line with seq 4 and 52 bytes");
        }
        assertThat(files.content(files.files().getFirst())).isEqualTo(before);
        assertThat(log.rewrite(seqs(4L), SegmentLogRewriteTest::blanked)).isOne();
    }

    @Test
    void aDamagedBatchShouldBeRefusedAndStayAsItIs() throws IOException {
        SegmentLog log = written(ONE_SEGMENT);
        byte[] damaged = files.content(files.files().getFirst());
        damaged[60] ^= 1;
        files.put(files.files().getFirst(), damaged);

        assertThatExceptionOfType(CorruptLogException.class)
                .isThrownBy(() -> log.rewrite(seqs(1L), SegmentLogRewriteTest::blanked));
        assertThat(files.content(files.files().getFirst())).isEqualTo(damaged);
    }

    @Test
    void linesOfDroppedSegmentsShouldBePassedOver() throws IOException {
        SegmentLog log = written(ONE_BATCH_PER_SEGMENT);
        log.dropSegmentsBefore(log.end(), 3);

        assertThat(log.rewrite(seqs(1L, 2L, 3L), SegmentLogRewriteTest::blanked))
                .isOne();
        assertThat(Replayed.scanned(log, 0)).startsWith(blankedAll(SECOND, 3).getFirst());
    }

    @Test
    void manyLinesShouldBeRewrittenInGroups() throws IOException {
        SegmentLog log = opened(LogSettings.ofSegmentBytes(2 << 20));
        TreeSet<Long> all = new TreeSet<>();
        for (long seq = 1; seq <= 20; seq++) {
            TestBatch.of(seq, "x".repeat(700_000)).appendTo(log);
            all.add(seq);
        }
        files.takePerformed();

        assertThat(log.rewrite(all, SegmentLogRewriteTest::blanked)).isEqualTo(20);
        assertThat(files.takePerformedChanges().stream().filter(change -> change == Operation.CREATE))
                .hasSizeBetween(3, 6);
        assertThat(Replayed.scanned(log, 0).stream().filter(line -> !line.contains("xx")))
                .hasSize(20);
        assertThat(Replayed.all(log).batches).hasSize(20);
    }

    @ParameterizedTest
    @EnumSource
    void aFailureAnywhereShouldLeaveTheOldLinesOrTheNewOnes(Failure failure) throws IOException {
        List<List<String>> before = List.of(FIRST.lines(), SECOND.lines(), THIRD.lines());
        List<List<String>> after = List.of(blankedAll(FIRST, 1, 2), blankedAll(SECOND, 4), blankedAll(THIRD, 6));
        int[] outcomes = new int[2];
        for (LogSettings settings : List.of(ONE_SEGMENT, ONE_BATCH_PER_SEGMENT)) {
            boolean happened = true;
            for (int nth = 1; happened; nth++) {
                for (int seed = 0; seed < 20; seed++) {
                    createFiles();
                    SegmentLog log = written(settings);
                    files.fail(Operation.CHANGES, nth, failure);
                    Throwable thrown =
                            catchThrowable(() -> log.rewrite(seqs(1L, 2L, 4L, 6L), SegmentLogRewriteTest::blanked));
                    happened = !files.failurePending();
                    assertThat(thrown == null).isEqualTo(!happened);
                    files.restartAfterPowerCut(new SplittableRandom(seed));
                    reopenThroughFailures(settings, new SplittableRandom(seed));

                    SegmentLog reopened = opened(settings);
                    List<List<String>> found = Replayed.all(reopened).batches;
                    assertThat(found).isIn(before, after);
                    outcomes[found.equals(after) ? 1 : 0]++;
                    if (thrown == null) {
                        assertThat(found).isEqualTo(after);
                    }
                    assertThat(files.files()).noneMatch(file -> file.endsWith(Redo.FILE_NAME));
                    reopened.rewrite(seqs(1L, 2L, 4L, 6L), SegmentLogRewriteTest::blanked);
                    TestBatch.of(7, "more").appendTo(reopened);
                    assertThat(Replayed.all(reopened).batches).hasSize(4).startsWith(after.toArray(List[]::new));
                }
            }
        }
        assertThat(outcomes[0]).isPositive();
        assertThat(outcomes[1]).isPositive();
    }

    /** The machine may go down again while the start finishes what the last one left. */
    private void reopenThroughFailures(LogSettings settings, SplittableRandom random) {
        for (int i = 0; i < 3; i++) {
            files.fail(Operation.CHANGES, 1 + random.nextInt(6), Failure.PROCESS_ENDS);
            catchThrowable(() -> opened(settings));
            files.restartAfterPowerCut(random);
        }
    }

    @Test
    void aFailureHalfWayShouldEndTheLog() throws IOException {
        SegmentLog log = written(ONE_SEGMENT);
        files.fail(EnumSet.of(Operation.WRITE), 2, Failure.SHORT);

        assertThatExceptionOfType(LogStateUnknownException.class)
                .isThrownBy(() -> log.rewrite(seqs(1L), SegmentLogRewriteTest::blanked))
                .withMessageContaining("Rewriting 1 lines");
        assertThatExceptionOfType(LogStateUnknownException.class).isThrownBy(() -> Replayed.all(log));
        assertThatExceptionOfType(LogStateUnknownException.class)
                .isThrownBy(() -> TestBatch.of(7, "more").appendTo(log));
    }

    @Test
    void aFailureBeforeTheFirstLineShouldLeaveTheLogUsable() throws IOException {
        SegmentLog log = written(ONE_SEGMENT);
        files.fail(EnumSet.of(Operation.WRITE), 1, Failure.SHORT);

        assertThatExceptionOfType(DiskFullException.class)
                .isThrownBy(() -> log.rewrite(seqs(1L), SegmentLogRewriteTest::blanked));
        assertThat(Replayed.all(log).batches).startsWith(FIRST.lines());
        assertThat(log.rewrite(seqs(1L), SegmentLogRewriteTest::blanked)).isOne();
    }

    @Test
    @Timeout(180)
    void readersShouldSeeEveryLineAsItWasOrAsItIs(@TempDir Path directory) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (SegmentLog log = SegmentLog.open(directory, LogSettings.ofSegmentBytes(1 << 20), new NioLogFiles())) {
            TreeSet<Long> all = new TreeSet<>();
            for (long seq = 1; seq <= 24; seq += 3) {
                TestBatch.of(seq, "0".repeat(150_000), "0".repeat(100), "0".repeat(50_000))
                        .appendTo(log);
                all.addAll(List.of(seq, seq + 1, seq + 2));
            }
            AtomicBoolean done = new AtomicBoolean();
            Future<Integer> scans = threads.submit(repeatedly(done, () -> {
                List<Long> seen = new ArrayList<>();
                log.scan(0, line -> {
                    requireUniform(line);
                    return seen.add(line.seq());
                });
                assertThat(seen).hasSize(24);
                return null;
            }));
            Future<Integer> replays = threads.submit(repeatedly(done, () -> {
                assertThat(Replayed.all(log).batches).hasSize(8);
                return null;
            }));
            for (char digit = '1'; digit <= '9'; digit++) {
                char next = digit;
                for (Long seq : all) {
                    assertThat(log.rewrite(seqs(seq), line -> refilled(line, next)))
                            .isOne();
                }
                assertThat(log.rewrite(all, line -> refilled(line, next))).isZero();
            }
            done.set(true);
            assertThat(scans.get(120, TimeUnit.SECONDS)).isPositive();
            assertThat(replays.get(120, TimeUnit.SECONDS)).isPositive();
        } finally {
            threads.shutdownNow();
        }
    }

    private static byte[] refilled(LogLine line, char digit) {
        String text = line.toString();
        int end = text.lastIndexOf('"');
        int start = text.lastIndexOf('"', end - 1) + 1;
        return (text.substring(0, start) + String.valueOf(digit).repeat(end - start) + text.substring(end))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void requireUniform(LogLine line) {
        String text = line.toString();
        int end = text.lastIndexOf('"');
        int start = text.lastIndexOf('"', end - 1) + 1;
        assertThat(text.substring(start, end).chars().distinct().count()).isOne();
    }

    private static Callable<Integer> repeatedly(AtomicBoolean done, Callable<?> once) {
        return () -> {
            int times = 0;
            do {
                once.call();
                times++;
            } while (!done.get());
            return times;
        };
    }
}
