package dev.agentkernel.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.webhooks.delivery.Slots.Share;
import dev.agentkernel.webhooks.delivery.Slots.Slot;
import dev.agentkernel.webhooks.delivery.Slots.Standing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SlotsTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final int SLOW_MAX = 2;

    private final Slots slots = new Slots(settings());

    private static DeliverySettings settings() {
        DeliverySettings defaults = DeliverySettings.defaults();
        return new DeliverySettings(
                8,
                4,
                50,
                SLOW,
                SLOW_MAX,
                defaults.retries(),
                defaults.jitter(),
                defaults.retryAfterMax(),
                defaults.failuresToOpen(),
                defaults.openFor(),
                defaults.lookEvery(),
                defaults.stopWithin());
    }

    /** An endpoint of an operator of its own. */
    private static Slot slot(String agent, String host, Standing standing) {
        return slot(agent, host, standing, agent);
    }

    private static Slot slot(String agent, String host, Standing standing, String operator) {
        UUID operatorId = UUID.nameUUIDFromBytes(operator.getBytes(StandardCharsets.UTF_8));
        return new Slot(agent, host, new Share(operatorId, standing));
    }

    private boolean take(Slot slot) {
        return slots.acquire(slot).isEmpty();
    }

    private Slot exchange(String agent) {
        Slot slot = slot(agent, agent, Standing.PROVEN);
        assertThat(take(slot)).isTrue();
        slots.exchangeBegins(slot, NOW);
        return slot;
    }

    @Test
    void agentIsCalledOnceAtATime() {
        assertThat(take(slot("a", "h1", Standing.PROVEN))).isTrue();

        assertThat(slots.acquire(slot("a", "h2", Standing.PROVEN))).contains("a");
    }

    @Test
    void hostIsCalledFourTimesAtOnce() {
        for (String agent : new String[] {"a", "b", "c", "d"}) {
            assertThat(take(slot(agent, "h", Standing.PROVEN))).isTrue();
        }

        assertThat(slots.acquire(slot("e", "h", Standing.PROVEN))).contains("h");
        assertThat(take(slot("e", "other", Standing.PROVEN))).isTrue();
    }

    @Test
    void thoseThatFailAndThoseThatAreUnknownLeaveRoomForTheOthers() {
        for (Standing doubtful : new Standing[] {Standing.FAILING, Standing.UNPROVEN}) {
            assertThat(take(slot(doubtful + "1", doubtful + "1", doubtful))).isTrue();
            assertThat(take(slot(doubtful + "2", doubtful + "2", doubtful))).isTrue();
            assertThat(slots.acquire(slot("x", "x", doubtful))).contains(doubtful);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(take(slot("p" + i, "p" + i, Standing.PROVEN))).isTrue();
        }
        assertThat(slots.free()).isZero();
        assertThat(slots.acquire(slot("p9", "p9", Standing.PROVEN))).contains(Standing.PROVEN);
    }

    @Test
    void oneOperatorHasHalfOfThePlacesForEachKind() {
        for (int i = 0; i < 4; i++) {
            assertThat(take(slot("p" + i, "p" + i, Standing.PROVEN, "o"))).isTrue();
        }
        assertThat(take(slot("f1", "f1", Standing.FAILING, "o"))).isTrue();

        Slot fifth = slot("p4", "p4", Standing.PROVEN, "o");
        assertThat(slots.acquire(fifth)).contains(fifth.share());
        Slot second = slot("f2", "f2", Standing.FAILING, "o");
        assertThat(slots.acquire(second)).contains(second.share());
        assertThat(take(slot("p4", "p4", Standing.PROVEN, "other"))).isTrue();
        assertThat(take(slot("f2", "f2", Standing.FAILING, "other"))).isTrue();
    }

    @Test
    void whatIsReleasedIsFreeAgain() {
        Slot slot = slot("a", "h", Standing.FAILING);
        for (int round = 0; round < 100; round++) {
            assertThat(slots.acquire(slot)).isEmpty();
            assertThat(slots.release(slot)).startsWith("a", "h", slot.share(), Standing.FAILING);
        }
        assertThat(slots.taken()).isZero();
        assertThat(slots.free()).isEqualTo(8);
    }

    @Test
    void slowExchangeGivesItsPlaceBackAndKeepsItsAgentAndHost() {
        Slot slot = exchange("a");
        assertThat(slots.moveSlow(NOW.plus(SLOW).minusMillis(1))).isEmpty();

        List<Object> freed = slots.moveSlow(NOW.plus(SLOW));

        assertThat(freed).containsExactly(slot.share(), Standing.PROVEN, Standing.UNPROVEN, Standing.FAILING);
        assertThat(slots.free()).isEqualTo(8);
        assertThat(slots.taken()).isOne();
        assertThat(slots.slow()).isOne();
        assertThat(slots.acquire(slot)).contains("a");
        assertThat(slots.moveSlow(NOW.plusSeconds(9))).isEmpty();

        assertThat(slots.release(slot)).as("its place is another's already").containsExactly("a", "a");
        assertThat(slots.taken()).isZero();
        assertThat(slots.slow()).isZero();
        assertThat(slots.free()).isEqualTo(8);
    }

    @Test
    void whatIsNotAnExchangeIsNeverSlow() {
        assertThat(take(slot("a", "a", Standing.PROVEN))).isTrue();

        assertThat(slots.moveSlow(NOW.plusSeconds(60))).isEmpty();
    }

    @Test
    void slowExchangeHoldsItsPlaceUntilThereIsOneForSlowOnes() {
        Slot first = exchange("a");
        exchange("b");
        Slot third = exchange("c");
        slots.moveSlow(NOW.plus(SLOW));
        assertThat(slots.slow()).isEqualTo(SLOW_MAX);
        assertThat(slots.free()).isEqualTo(7);

        slots.release(first);

        assertThat(slots.moveSlow(NOW.plus(SLOW))).contains(third.share());
        assertThat(slots.slow()).isEqualTo(SLOW_MAX);
        assertThat(slots.free()).isEqualTo(8);
    }

    @Test
    void oneOperatorHasHalfOfThePlacesForSlowOnes() {
        for (String agent : new String[] {"a", "b"}) {
            Slot slot = slot(agent, agent, Standing.PROVEN, "o");
            assertThat(take(slot)).isTrue();
            slots.exchangeBegins(slot, NOW);
        }
        exchange("c");

        slots.moveSlow(NOW.plus(SLOW));

        assertThat(slots.slow()).isEqualTo(SLOW_MAX);
        assertThat(slots.free()).as("one of the operator's holds its place").isEqualTo(7);
    }
}
