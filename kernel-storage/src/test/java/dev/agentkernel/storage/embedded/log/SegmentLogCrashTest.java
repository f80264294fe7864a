package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Failure;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Operation;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles.ProcessEnded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Lives of a log that end at any operation, by kill or by power cut, many after one another on the same disk. What append
 * returned for is always there, once and in order; what it refused never is; of the batch under way either all or nothing is.
 */
class SegmentLogCrashTest {

    private static final int STORIES = 6_000;
    private static final int LIVES = 4;
    private static final Path DIRECTORY = Path.of("log");

    private CapturedWarnings warnings;

    @BeforeEach
    void captureWarnings() {
        warnings = new CapturedWarnings(TailRecovery.class);
    }

    @AfterEach
    void releaseWarnings() {
        warnings.close();
    }

    @Test
    void whatWasAcknowledgedShouldAlwaysBeThereOnceAndInOrder() throws IOException {
        Story.Counts counts = new Story.Counts();
        for (int seed = 0; seed < STORIES; seed++) {
            try {
                new Story(seed, counts).tell();
            } catch (AssertionError | LogException failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
        // A run in which nothing of the kind happened would prove nothing.
        assertThat(counts.crashed).isGreaterThan(STORIES);
        assertThat(counts.refused).isGreaterThan(STORIES / 10);
        assertThat(counts.unknown).isGreaterThan(STORIES / 10);
        assertThat(counts.rotated).isGreaterThan(STORIES);
        assertThat(counts.unfinishedKept).isGreaterThan(STORIES / 20);
        assertThat(counts.unfinishedLost).isGreaterThan(STORIES / 20);
        assertThat(warnings.messages()).hasSizeGreaterThan(STORIES / 20);
    }

    /** One disk and the lives of the log on it. */
    private static final class Story {

        static final class Counts {
            int crashed;
            int refused;
            int unknown;
            int rotated;
            int unfinishedKept;
            int unfinishedLost;
        }

        private final SplittableRandom random;
        private final Counts counts;
        private final FaultyLogFiles files = new FaultyLogFiles();
        private final LogSettings settings;
        private final List<TestBatch> acknowledged = new ArrayList<>();
        private final List<Position> positions = new ArrayList<>();
        private Position stored = Position.START;
        private boolean dropping;
        private TestBatch unfinished = TestBatch.of(1, "none");
        private boolean hasUnfinished;

        Story(int seed, Counts counts) {
            this.random = new SplittableRandom(seed);
            this.counts = counts;
            this.settings = LogSettings.ofSegmentBytes(1 + random.nextInt(1_000));
        }

        void tell() throws IOException {
            for (int life = 0; life < LIVES; life++) {
                arm();
                try {
                    live();
                } catch (ProcessEnded | LogStateUnknownException | IOException end) {
                    counts.crashed++;
                }
                if (random.nextBoolean()) {
                    files.restart();
                } else {
                    files.restartAfterPowerCut(random);
                }
            }
            check(SegmentLog.open(DIRECTORY, settings, files, stored, AppendListener.NONE));
        }

        private void arm() {
            Failure failure = Failure.values()[random.nextInt(Failure.values().length)];
            files.fail(Operation.CHANGES, 1 + random.nextInt(40), failure);
            if (random.nextInt(4) == 0) {
                Operation second = random.nextBoolean() ? Operation.TRUNCATE : Operation.FORCE;
                files.thenFail(second, 1, random.nextBoolean() ? Failure.ERROR : Failure.PROCESS_ENDS);
            }
        }

        private void live() throws IOException {
            SegmentLog log = SegmentLog.open(DIRECTORY, settings, files, stored, AppendListener.NONE);
            check(log);
            for (int i = random.nextInt(20); i >= 0; i--) {
                append(log, TestBatch.random(log.lastSeq() + 1, 120, random));
                if (random.nextInt(10) == 0) {
                    stored = log.end();
                }
                if (random.nextInt(30) == 0) {
                    dropping = true;
                    log.dropSegmentsBefore(stored, Long.MAX_VALUE);
                }
            }
        }

        private void append(SegmentLog log, TestBatch batch) throws IOException {
            long segment = log.end().segmentFirstSeq();
            unfinished = batch;
            hasUnfinished = true;
            try {
                positions.add(batch.appendTo(log));
                acknowledged.add(batch);
                counts.rotated += log.end().segmentFirstSeq() == segment ? 0 : 1;
            } catch (AppendRefusedException refused) {
                counts.refused++;
            } catch (LogStateUnknownException unknown) {
                counts.unknown++;
                throw unknown;
            }
            hasUnfinished = false;
        }

        /** Once a reader could see the unfinished batch, it is as good as acknowledged: it must not vanish any more. */
        private void check(SegmentLog log) throws IOException {
            Replayed replayed = Replayed.after(from(), log);
            int skipped = (int) from().batch();
            if (hasUnfinished) {
                if (log.lastBatch() == acknowledged.size() + 1) {
                    acknowledged.add(unfinished);
                    positions.add(log.end());
                    counts.unfinishedKept++;
                } else {
                    counts.unfinishedLost++;
                }
                hasUnfinished = false;
            }
            assertThat(replayed.batches)
                    .isEqualTo(acknowledged.stream()
                            .skip(skipped)
                            .map(TestBatch::lines)
                            .toList());
            assertThat(replayed.positions).isEqualTo(positions.subList(skipped, positions.size()));
            assertThat(log.lastSeq())
                    .isEqualTo(
                            acknowledged.isEmpty() ? 0 : acknowledged.getLast().lastSeq());
            checkScan(log);
        }

        private Position from() {
            return dropping ? stored : Position.START;
        }

        private void checkScan(SegmentLog log) throws IOException {
            long since = dropping ? log.lastSeq() - random.nextInt(3) : random.nextLong(log.lastSeq() + 1);
            long held = log.segments().isEmpty() ? 0 : log.segments().getFirst().firstSeq() - 1;
            List<String> expected = acknowledged.stream()
                    .flatMap(batch -> batch.publicLines().stream())
                    .filter(line -> seqOf(line) > Math.max(since, held))
                    .toList();
            assertThat(Replayed.scanned(log, since)).isEqualTo(expected);
        }

        private static long seqOf(String line) {
            return Long.parseLong(line.substring("{\"seq\":".length(), line.indexOf(',')));
        }
    }
}
