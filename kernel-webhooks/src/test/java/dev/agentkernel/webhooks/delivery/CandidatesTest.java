package dev.agentkernel.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.webhooks.delivery.Candidates.Candidate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CandidatesTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private final Candidates candidates = new Candidates(3);

    private List<String> addresses() {
        return candidates.take(9).stream().map(Candidate::address).toList();
    }

    @Test
    void eachIsThereOnceInOrder() {
        candidates.offer("a");
        candidates.offer("b");
        candidates.offer("a");

        assertThat(addresses()).containsExactly("a", "b");
        assertThat(addresses()).isEmpty();
    }

    @Test
    void noMoreThanTheBound() {
        candidates.offer("a");
        candidates.putOff("b", NOW);
        candidates.park("c", "host");

        assertThat(candidates.offer("d")).isFalse();
        assertThat(candidates.offer("b")).as("known already").isTrue();
        assertThat(candidates.size()).isEqualTo(3);
    }

    @Test
    void whoIsPutOffComesWhenItIsTime() {
        candidates.putOff("late", NOW.plusSeconds(2));
        candidates.putOff("soon", NOW.plusSeconds(1));
        candidates.offer("late");

        assertThat(addresses()).isEmpty();
        assertThat(candidates.nextWake()).contains(NOW.plusSeconds(1));

        candidates.wake(NOW.plusSeconds(1));
        assertThat(addresses()).containsExactly("soon");

        candidates.wake(NOW.plusSeconds(9));
        assertThat(addresses()).containsExactly("late");
        assertThat(candidates.size()).isZero();
    }

    @Test
    void oneOfThoseWhoWaitComesForEachRelease() {
        candidates.park("a", "host");
        candidates.park("b", "host");
        candidates.offer("c");
        candidates.released("other");
        candidates.released("host");

        assertThat(candidates.take(9)).containsExactly(new Candidate("a", "host"), new Candidate("c", null));

        candidates.released("host");
        assertThat(addresses()).containsExactly("b");
    }

    @Test
    void newsDoesNotWaitForWhatIsFoundByLooking() {
        Candidates many = new Candidates(1_000);
        for (int i = 0; i < 100; i++) {
            many.offerFound("found " + i);
        }
        many.offer("found 99");
        many.offer("news");

        List<String> first = many.take(100).stream().map(Candidate::address).toList();

        assertThat(first).startsWith("found 99", "news", "found 0").hasSizeLessThan(20);
        assertThat(many.hasFound()).isTrue();
        assertThat(many.take(0)).isEmpty();
        while (many.hasFound()) {
            assertThat(many.take(1)).hasSizeLessThan(20);
        }
        assertThat(many.size()).isZero();
    }

    @Test
    void newsTakesTheRoomOfWhatIsFoundByLooking() {
        List.of("a", "b", "c").forEach(candidates::offerFound);

        assertThat(candidates.offerFound("d")).isFalse();
        assertThat(candidates.offer("d")).isTrue();

        assertThat(addresses()).containsExactly("d", "a", "b");
    }
}
