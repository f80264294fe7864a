package dev.agentkernel.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.webhooks.delivery.Slots.Slot;
import dev.agentkernel.webhooks.delivery.Slots.Standing;
import org.junit.jupiter.api.Test;

class SlotsTest {

    private final Slots slots = new Slots(8, 4);

    private boolean take(String agent, String host, Standing standing) {
        return slots.acquire(new Slot(agent, host, standing)).isEmpty();
    }

    @Test
    void agentIsCalledOnceAtATime() {
        assertThat(take("a", "h1", Standing.PROVEN)).isTrue();

        assertThat(slots.acquire(new Slot("a", "h2", Standing.PROVEN))).contains("a");
    }

    @Test
    void hostIsCalledFourTimesAtOnce() {
        for (String agent : new String[] {"a", "b", "c", "d"}) {
            assertThat(take(agent, "h", Standing.PROVEN)).isTrue();
        }

        assertThat(slots.acquire(new Slot("e", "h", Standing.PROVEN))).contains("h");
        assertThat(take("e", "other", Standing.PROVEN)).isTrue();
    }

    @Test
    void thoseThatFailAndThoseThatAreUnknownLeaveRoomForTheOthers() {
        for (Standing doubtful : new Standing[] {Standing.FAILING, Standing.UNPROVEN}) {
            assertThat(take(doubtful + "1", doubtful + "1", doubtful)).isTrue();
            assertThat(take(doubtful + "2", doubtful + "2", doubtful)).isTrue();
            assertThat(slots.acquire(new Slot("x", "x", doubtful))).contains(doubtful);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(take("p" + i, "p" + i, Standing.PROVEN)).isTrue();
        }
        assertThat(slots.free()).isZero();
        assertThat(slots.acquire(new Slot("p9", "p9", Standing.PROVEN))).contains(Standing.PROVEN);
    }

    @Test
    void whatIsReleasedIsFreeAgain() {
        Slot slot = new Slot("a", "h", Standing.FAILING);
        for (int round = 0; round < 100; round++) {
            assertThat(slots.acquire(slot)).isEmpty();
            assertThat(slots.release(slot)).startsWith("a", "h", Standing.FAILING);
        }
        assertThat(slots.taken()).isZero();
    }
}
