package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Replays and scans find everything again, in order, from wherever they begin. */
class SegmentLogReadingTest extends LogOnRealFiles {

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
    void aMebibyteOfSixByteEscapesShouldComeBackWhole() throws IOException {
        TestBatch batch = TestBatch.of(1, "\\u0001".repeat(1 << 20), "small", "\\u0002".repeat(1 << 20));
        batch.appendTo(log);
        TestBatch.of(4, "after").appendTo(log);
        reopen(ONE_SEGMENT);

        assertThat(Replayed.all(log).batches.getFirst()).isEqualTo(batch.lines());
        assertThat(Replayed.scanned(log, 0).subList(0, 3)).isEqualTo(batch.lines());
        assertThat(Replayed.scanned(log, 3)).hasSize(1);
    }
}
