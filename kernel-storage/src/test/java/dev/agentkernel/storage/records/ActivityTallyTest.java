package dev.agentkernel.storage.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.storage.records.ActivityTally.Summed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the tally hands over, and what it leaves to the log. */
class ActivityTallyTest {

    private static final long BEFORE = 100;

    private final ActivityTally tally = new ActivityTally(BEFORE);
    private long reached = BEFORE;

    private void write(int agents) {
        List<StampedRecord> batch = new ArrayList<>();
        for (int i = 0; i < agents; i++) {
            LogRecord written =
                    new LogRecord.StateWritten("k", ByteString.ofUtf8("v").orElseThrow(), "tab_%020d".formatted(i), -1);
            batch.add(new StampedRecord(reached + 1 + i, Instant.EPOCH, written));
        }
        tally.add(batch, reached, reached + agents);
        reached += agents;
    }

    @Test
    void whatIsOlderShouldBeLeftToTheLog() {
        write(3);
        assertThat(tally.take(BEFORE - 1, 10)).isEmpty();
        assertThat(tally.after()).isEqualTo(BEFORE);
        Summed summed = tally.take(BEFORE, 10).orElseThrow();
        assertThat(summed.after()).isEqualTo(BEFORE);
        assertThat(summed.upTo()).isEqualTo(BEFORE + 3);
        assertThat(summed.changes().agents()).hasSize(3);
        assertThat(tally.take(BEFORE + 3, 10)).isEmpty();
    }

    @Test
    void moreThanIsWantedShouldBeLeftToTheLog() {
        write(3);
        assertThat(tally.take(BEFORE, 2)).isEmpty();
        assertThat(tally.after()).isEqualTo(BEFORE + 3);
        write(2);
        assertThat(tally.take(BEFORE + 3, 2).orElseThrow().changes().agents()).hasSize(2);
    }

    @Test
    void whatOthersCommittedShouldBeLeftToTheLogWithAllBeforeIt() {
        write(3);
        reached += 2;
        write(4);
        assertThat(tally.take(BEFORE, 10)).isEmpty();
        assertThat(tally.after()).isEqualTo(BEFORE + 5);
        Summed summed = tally.take(BEFORE + 5, 10).orElseThrow();
        assertThat(summed.upTo()).isEqualTo(BEFORE + 9);
        assertThat(summed.changes().agents()).hasSize(4);
    }

    @Test
    void whatOthersCountedShouldNotBeHandedOverAgain() {
        write(3);
        assertThat(tally.take(BEFORE + 1, 10)).isEmpty();
        assertThat(tally.take(BEFORE, 10)).isEmpty();
        write(2);
        assertThat(tally.take(BEFORE + 3, 10).orElseThrow().upTo()).isEqualTo(BEFORE + 5);
    }

    @Test
    void moreRowsThanMayBeKeptShouldBeLeftToTheLog() {
        write(ActivityTally.ROWS_MAX + 1);
        assertThat(tally.after()).isEqualTo(BEFORE + ActivityTally.ROWS_MAX + 1);
        assertThat(tally.take(BEFORE, Integer.MAX_VALUE)).isEmpty();
        assertThat(tally.take(tally.after(), Integer.MAX_VALUE)).isEmpty();
    }
}
