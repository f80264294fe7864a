package dev.agentkernel.core.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.memory.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogClockTest {

    private static final Instant START = SettableClock.START;

    private final SettableClock clock = new SettableClock();
    private final LogClock logClock = new LogClock(clock);

    @Test
    void timeShouldNeverBeBeforeTheLatestRecord() {
        assertThat(logClock.instant()).isEqualTo(START);
        logClock.advanceTo(START.plusSeconds(5));
        logClock.advanceTo(START.plusSeconds(3));
        assertThat(logClock.instant()).isEqualTo(START.plusSeconds(5));
        clock.advance(Duration.ofSeconds(6));
        assertThat(logClock.instant()).isEqualTo(START.plusSeconds(6));
        clock.advance(Duration.ofDays(-1));
        assertThat(logClock.instant()).isEqualTo(START.plusSeconds(5));
    }

    @Test
    void clockShouldHearOfEveryCommit() {
        logClock.durable(List.of());
        logClock.durable(List.of(
                new StampedRecord(1, START.plusSeconds(1), Probe.note("a")),
                new StampedRecord(2, START.plusSeconds(2), Probe.note("b"))));
        assertThat(logClock.instant()).isEqualTo(START.plusSeconds(2));
    }
}
