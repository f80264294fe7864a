package dev.agentkernel.core.removal;

import static dev.agentkernel.core.removal.FakeRemovals.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.removal.FakeRemovals.Logged;
import dev.agentkernel.core.removal.FakeRemovals.Look;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LogSearchTest {

    private static final Instant START = SettableClock.START;
    private static final RemovalTarget KEY = RemovalTarget.state("key");

    private final FakeRemovals log = new FakeRemovals();
    private final LogSearch search = new LogSearch(log, log);

    /** One event each second, from 1 to the last. */
    private void events(long from, long last) {
        for (long seq = from; seq <= last; seq++) {
            log.event(seq, START.plusSeconds(seq), "{}");
        }
    }

    private static UUID madeAt(Instant time) {
        return new UUID(time.toEpochMilli() << 16 | 0x7000L, 0x8000_0000_0000_0001L);
    }

    private void logged(long seq, UUID messageId) {
        log.logged.put(seq, new Logged(RemovalTarget.message(messageId), text("content " + seq)));
    }

    @Test
    void messageShouldBeLookedForNearTheTimeInItsIdFirst() {
        events(1, 20_000);
        UUID id = madeAt(START.plusSeconds(10_000));
        logged(10_000, id);
        assertThat(search.message(id)).contains(new LoggedContent(10_000, text("content 10000")));
        assertThat(log.looks).containsExactly(new Look(9_399, 10_599));
    }

    @Test
    void messageShouldBeFoundAtBothEndsOfWhatIsNear() {
        events(1, 20_000);
        UUID id = madeAt(START.plusSeconds(10_000));
        for (long seq : new long[] {9_400, 10_599}) {
            log.logged.clear();
            log.looks.clear();
            logged(seq, id);
            assertThat(search.message(id)).isPresent();
            assertThat(log.looks).hasSize(1);
        }
    }

    @Test
    void messageThatIsNotNearItsTimeShouldBeLookedForEverywhere() {
        events(1, 12_000);
        UUID id = madeAt(START.plusSeconds(9_000));
        logged(12_000, id);
        assertThat(search.message(id)).contains(new LoggedContent(12_000, text("content 12000")));
        assertThat(log.looks)
                .containsExactly(
                        new Look(8_399, 9_599), new Look(0, 5_000), new Look(5_000, 10_000), new Look(10_000, 12_000));
    }

    @Test
    void idWithoutATimeShouldBeLookedForEverywhere() {
        events(1, 3);
        UUID id = UUID.fromString("00000000-0000-4000-8000-000000000001");
        logged(1, id);
        assertThat(search.message(id)).isPresent();
        assertThat(log.looks).containsExactly(new Look(0, 3));
        assertThat(search.message(UUID.fromString("00000000-0000-4000-8000-000000000002")))
                .isEmpty();
    }

    @Test
    void eventsThatARetentionHasDroppedShouldCountAsOlder() {
        events(5_001, 6_000);
        UUID id = madeAt(START.plusSeconds(5_700));
        logged(5_700, id);
        assertThat(search.message(id)).isPresent();
        assertThat(log.looks).containsExactly(new Look(5_099, 6_000));
    }

    @Test
    void emptyLogShouldHoldNothing() {
        assertThat(search.message(madeAt(START))).isEmpty();
        assertThat(search.lastValue(KEY, 0)).isEmpty();
        assertThat(log.looks).isEmpty();
    }

    @Test
    void lastValueOfAKeyShouldBeFoundBackwardsDownToWhatWasRemoved() {
        log.lastSeq = 12_000;
        log.logged.put(100L, new Logged(KEY, text("first")));
        log.logged.put(3_000L, new Logged(KEY, text("second")));
        log.logged.put(3_100L, new Logged(KEY, text("third")));
        assertThat(search.lastValue(KEY, 0)).contains(new LoggedContent(3_100, text("third")));
        assertThat(log.looks).containsExactly(new Look(7_000, 12_000), new Look(2_000, 7_000));
        log.looks.clear();
        assertThat(search.lastValue(KEY, 3_100)).isEmpty();
        assertThat(log.looks).containsExactly(new Look(7_000, 12_000), new Look(3_100, 7_000));
    }
}
