package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is damaged, missing or not where it should be is refused, and nothing of it is changed. */
class SegmentLogDamageTest extends LogOnFaultyFiles {

    @Test
    void everyFlippedBitBeforeTheLastBatchShouldBeRefusedAndNothingBeChanged() throws IOException {
        write(ONE_SEGMENT, FIRST, SECOND, THIRD);
        byte[] whole = files.content(lastFile());
        for (int bit = 0; bit < positions.get(1).offset() * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            files.put(lastFile(), damaged);
            long damagedBatchStart =
                    bit / 8 < positions.get(0).offset() ? 0 : positions.get(0).offset();

            assertThatExceptionOfType(CorruptLogException.class)
                    .as("bit %d of byte %d", bit % 8, bit / 8)
                    .isThrownBy(() -> opened(ONE_SEGMENT))
                    .satisfies(failure -> {
                        assertThat(failure.file()).isEqualTo(lastFile().toString());
                        assertThat(failure.offset()).isGreaterThanOrEqualTo(damagedBatchStart);
                        assertThat(failure).hasMessageContaining(failure.expected());
                    });
            assertThat(files.content(lastFile())).isEqualTo(damaged);
        }
    }

    @Test
    void everyFlippedBitOfTheLastBatchShouldCostThatBatchAtMost() throws IOException {
        write(ONE_SEGMENT, FIRST, SECOND, THIRD);
        byte[] whole = files.content(lastFile());
        int cut = 0;
        for (int bit = (int) positions.get(1).offset() * 8; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            files.put(lastFile(), damaged);
            try {
                SegmentLog log = opened(ONE_SEGMENT);
                assertThat(Replayed.all(log).batches).containsExactly(FIRST.lines(), SECOND.lines());
                cut++;
            } catch (CorruptLogException refused) {
                // A sound batch whose trailer names another batch or another seq.
                assertThat(files.content(lastFile())).isEqualTo(damaged);
            }
            // A reader that has stored the batch gives the damage away: then nothing is cut.
            files.put(lastFile(), damaged);
            assertThat(catchThrowable(() -> Replayed.all(opened(ONE_SEGMENT, positions.get(2)))))
                    .isInstanceOfAny(PositionAheadException.class, CorruptLogException.class);
            assertThat(files.content(lastFile())).isEqualTo(damaged);
        }
        assertThat(cut).isPositive();
    }

    @Test
    void damageInAnEarlierSegmentShouldBeFoundByReplay() throws IOException {
        write(ONE_BATCH_PER_SEGMENT, FIRST, SECOND, THIRD, TestBatch.of(5, "fifth"));
        Path first = files.files().getFirst();
        byte[] damaged = files.content(first);
        damaged[20] ^= 1;
        files.put(first, damaged);
        SegmentLog log = opened(ONE_BATCH_PER_SEGMENT);

        assertThatExceptionOfType(CorruptLogException.class)
                .isThrownBy(() -> Replayed.all(log))
                .withMessageContaining(first.toString());
        assertThat(Replayed.after(positions.getFirst(), log).batches).hasSize(3);
    }

    @Test
    void damageInTheLastBatchOfTheSegmentBeforeTheLastShouldBeRefused() throws IOException {
        write(ONE_BATCH_PER_SEGMENT, FIRST, SECOND);
        Path first = files.files().getFirst();
        byte[] whole = files.content(first);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            files.put(first, damaged);

            assertThatExceptionOfType(CorruptLogException.class)
                    .as("bit %d of byte %d", bit % 8, bit / 8)
                    .isThrownBy(() -> Replayed.all(opened(ONE_BATCH_PER_SEGMENT)));
        }
    }

    @Test
    void aNewSegmentShouldNotBeCutOffAnEarlierOneThatIsDamaged() throws IOException {
        write(ONE_BATCH_PER_SEGMENT, FIRST, SECOND);
        Path first = files.files().getFirst();
        byte[] damaged = files.content(first);
        damaged[20] ^= 1;
        files.put(first, damaged);
        files.put(lastFile(), new byte[0]);

        assertThatExceptionOfType(CorruptLogException.class)
                .isThrownBy(() -> opened(ONE_BATCH_PER_SEGMENT))
                .withMessageContaining("the records of batch 1");
        assertThat(files.files()).hasSize(2);
    }

    @Test
    void noLineOfADamagedBatchShouldReachTheVisitor() throws IOException {
        write(ONE_BATCH_PER_SEGMENT, FIRST, SECOND, THIRD, TestBatch.of(5, "fifth"));
        Path second = files.files().get(1);
        byte[] damaged = files.content(second);
        damaged[damaged.length - 5] ^= 1;
        files.put(second, damaged);
        SegmentLog log = opened(ONE_BATCH_PER_SEGMENT);
        List<String> lines = new ArrayList<>();

        assertThatExceptionOfType(CorruptLogException.class)
                .isThrownBy(() -> log.replay(Position.START, new BatchVisitor() {
                    @Override
                    public void line(LogLine line) {
                        lines.add(line.toString());
                    }

                    @Override
                    public boolean endBatch(Position end) {
                        return true;
                    }
                }));
        assertThat(lines).isEqualTo(FIRST.lines());
    }

    @Test
    void aSegmentMissingInTheMiddleShouldBeFoundByReplay() throws IOException {
        write(ONE_BATCH_PER_SEGMENT, FIRST, SECOND, THIRD);
        files.delete(files.files().get(1));

        assertThatExceptionOfType(CorruptLogException.class)
                .isThrownBy(() -> opened(ONE_BATCH_PER_SEGMENT))
                .withMessageContaining("batch 2, but there is batch 3");
    }

    @Test
    void anEarlierSegmentThatIsCutShortShouldBeRefused() throws IOException {
        write(ONE_BATCH_PER_SEGMENT, FIRST, SECOND, THIRD);
        Path second = files.files().get(1);
        byte[] whole = files.content(second);
        for (int length = 0; length < whole.length; length++) {
            files.put(second, Arrays.copyOf(whole, length));
            assertThatExceptionOfType(CorruptLogException.class)
                    .isThrownBy(() -> opened(ONE_BATCH_PER_SEGMENT))
                    .satisfies(failure -> assertThat(failure.file()).isEqualTo(second.toString()));
        }
    }

    @Test
    void twoNamesOfTheSameSegmentShouldBeRefused() throws IOException {
        write(ONE_SEGMENT, FIRST);
        files.put(DIRECTORY.resolve("events-1.jsonl"), new byte[0]);

        assertThatExceptionOfType(CorruptLogException.class)
                .isThrownBy(() -> opened(ONE_SEGMENT))
                .withMessageContaining("the only segment that begins with seq 1");
    }
}
