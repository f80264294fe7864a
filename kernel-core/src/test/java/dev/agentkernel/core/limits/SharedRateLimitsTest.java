package dev.agentkernel.core.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.storage.RateBudgetStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SharedRateLimitsTest {

    private static final RateCategory SEND = RateCategory.MESSAGE_SEND;

    private final SettableClock clock = new SettableClock();
    private final AtomicLong nanos = new AtomicLong(-123_456_789);
    private final FakeBudgets budgets = new FakeBudgets();

    /** Budgets in a map, by the clock of the test. */
    private final class FakeBudgets implements RateBudgetStore {
        private final Map<String, Long> fullAt = new HashMap<>();
        private int sharers = 2;
        private int calls;
        private boolean away;
        private Runnable meanwhile = () -> {};

        @Override
        public int sharers() {
            return sharers;
        }

        @Override
        public List<Standing> settle(List<Spending> spendings) {
            if (away) {
                throw MemoryStorage.away();
            }
            calls++;
            meanwhile.run();
            List<Standing> standings = new ArrayList<>();
            for (Spending spending : spendings) {
                String key = spending.subject() + spending.category();
                long debt = Math.max(0, fullAt.getOrDefault(key, nanos.get()) - nanos.get()) + spending.spentNanos();
                boolean granted = debt + spending.wantedNanos() <= spending.windowNanos();
                debt += granted ? spending.wantedNanos() : 0;
                fullAt.put(key, nanos.get() + debt);
                standings.add(new Standing(debt, granted));
            }
            return standings;
        }
    }

    private SharedRateLimits replica() {
        return new SharedRateLimits(RateLimitSettings.defaults(), budgets, clock, nanos::get);
    }

    private List<SharedRateLimits> replicas(int count) {
        budgets.sharers = count;
        return IntStream.range(0, count).mapToObj(i -> replica()).toList();
    }

    private void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
        clock.advance(by);
    }

    private static int allowed(SharedRateLimits limits, int tries) {
        return allowed(limits, SEND, tries);
    }

    private static int allowed(SharedRateLimits limits, RateCategory category, int tries) {
        int allowed = 0;
        for (int i = 0; i < tries; i++) {
            allowed += limits.count("agent", category).allowed() ? 1 : 0;
        }
        return allowed;
    }

    @ParameterizedTest
    @CsvSource({
        "2, MESSAGE_SEND, 60",
        "3, MESSAGE_SEND, 60",
        "8, MESSAGE_SEND, 60",
        "2, STATE_READ, 300",
        "3, STATE_READ, 300",
        "2, REGISTRY_READ, 30",
        "3, REGISTRY_READ, 30",
        "2, OPERATOR_REGISTRATION, 5",
        "5, OPERATOR_REGISTRATION, 5",
        "2, WEBHOOK_DELIVERY, 60",
        "4, WEBHOOK_DELIVERY, 60",
    })
    void allReplicasTogetherExceedALimitByATenthAtMost(int count, RateCategory category, int limit) {
        List<SharedRateLimits> replicas = replicas(count);
        int oneByOne = 0;
        for (SharedRateLimits replica : replicas) {
            oneByOne += allowed(replica, category, limit + 5);
        }
        assertThat(oneByOne).isBetween(limit, limit + limit / 10);
    }

    @Test
    void arrivingAtReplicasInTurnsIsAsGoodAsAtOne() {
        List<SharedRateLimits> replicas = replicas(3);
        Random random = new Random(7);
        int allowed = 0;
        for (int i = 0; i < 400; i++) {
            allowed += allowed(replicas.get(random.nextInt(3)), 1);
            if (i % 20 == 0) {
                replicas.forEach(SharedRateLimits::settleOnce);
            }
        }
        assertThat(allowed).isBetween(60, 66);
    }

    @Test
    void overALongTimeTheRateIsTheLimit() {
        List<SharedRateLimits> replicas = replicas(2);
        int allowed = 0;
        for (int i = 0; i < 10 * 60 * 5; i++) {
            advance(Duration.ofMillis(200));
            allowed += allowed(replicas.get(i % 2), 1);
            replicas.forEach(SharedRateLimits::settleOnce);
        }
        // A full bucket at first, then 60 in each of ten minutes.
        assertThat(allowed).isBetween(655, 670);
    }

    @Test
    void aSlowCallerNeverWaitsForTheStorage() {
        SharedRateLimits limits = replicas(2).getFirst();
        for (int i = 0; i < 50; i++) {
            assertThat(allowed(limits, 1)).isEqualTo(1);
            int before = budgets.calls;
            assertThat(limits.settleOnce()).isEqualTo(1);
            assertThat(budgets.calls).isEqualTo(before + 1);
        }
        assertThat(budgets.calls).isEqualTo(50);
        assertThat(limits.settleOnce()).isZero();
    }

    @Test
    void whoIsAloneIsExactAndWritesDownRarely() {
        SharedRateLimits limits = replicas(1).getFirst();
        assertThat(allowed(limits, 100)).isEqualTo(60);
        assertThat(budgets.calls).isZero();
        for (int i = 0; i < 9; i++) {
            limits.settleOnce();
        }
        assertThat(budgets.calls).isZero();
        limits.settleOnce();
        assertThat(budgets.calls).isEqualTo(1);
        // Who joins then finds what was spent.
        budgets.sharers = 2;
        SharedRateLimits joined = replica();
        assertThat(allowed(joined, 100)).isLessThanOrEqualTo(3);
    }

    @Test
    void whatWasSpentElsewhereIsKnownAfterSettling() {
        List<SharedRateLimits> replicas = replicas(2);
        assertThat(allowed(replicas.get(0), 60)).isEqualTo(60);
        replicas.get(0).settleOnce();
        allowed(replicas.get(1), 1);
        replicas.get(1).settleOnce();
        RateVerdict verdict = replicas.get(1).count("agent", SEND);
        assertThat(verdict.allowed()).isFalse();
        assertThat(verdict.remaining()).isZero();
        assertThat(verdict.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        advance(verdict.retryAfter());
        assertThat(allowed(replicas.get(1), 2)).isEqualTo(1);
    }

    @Test
    void withoutTheStorageEachReplicaCountsByItselfAndNothingIsForgotten() {
        List<SharedRateLimits> replicas = replicas(2);
        budgets.away = true;
        assertThat(allowed(replicas.get(0), 100)).isEqualTo(60);
        assertThat(replicas.get(0).settleOnce()).isZero();
        budgets.away = false;
        assertThat(replicas.get(0).settleOnce()).isEqualTo(1);
        assertThat(allowed(replicas.get(1), 100)).isLessThanOrEqualTo(3);
    }

    @Test
    void whatIsCountedWhileTheStorageIsAskedIsKnownAfterwards() {
        SharedRateLimits limits = replicas(2).getFirst();
        assertThat(allowed(limits, 1)).isEqualTo(1);
        budgets.meanwhile = () -> allowed(limits, 1);
        limits.settleOnce();
        budgets.meanwhile = () -> {};
        assertThat(limits.count("agent", SEND).remaining()).isEqualTo(60 - 3);
        limits.settleOnce();
        assertThat(limits.count("agent", SEND).remaining()).isEqualTo(60 - 4);
    }

    @Test
    void whatIsUnderWayToTheStorageCountsTowardsTheShare() {
        SharedRateLimits limits = replicas(2).getFirst();
        assertThat(allowed(limits, 3)).isEqualTo(3);
        budgets.meanwhile = () -> {
            budgets.meanwhile = () -> {};
            assertThat(limits.count("agent", SEND).remaining()).isEqualTo(60 - 4);
            assertThat(budgets.calls).as("it waited for the storage").isEqualTo(2);
        };
        limits.settleOnce();
        assertThat(limits.count("agent", SEND).remaining()).isEqualTo(60 - 5);
    }

    @Test
    void nothingStaysLocked() {
        SharedRateLimits limits = replicas(2).getFirst();
        assertThat(allowed(limits, 10)).isEqualTo(10);
        limits.settleOnce();
        budgets.away = true;
        assertThat(allowed(limits, 10)).isEqualTo(10);
        limits.settleOnce();
        assertThat(CompletableFuture.supplyAsync(() -> allowed(limits, 1)).join())
                .isEqualTo(1);
    }

    @Test
    void manyBudgetsAreSettledInGroupsAndAllOfThem() {
        SharedRateLimits limits = replicas(2).getFirst();
        for (int i = 0; i < 1_001; i++) {
            limits.count("agent " + i, SEND);
        }
        assertThat(limits.settleOnce()).isEqualTo(1_001);
        assertThat(budgets.calls).isEqualTo(3);
        assertThat(limits.settleOnce()).isZero();
    }

    @Test
    void onlyARefusalIsTold() {
        List<RateCategory> told = new ArrayList<>();
        RateLimits limits = RateLimits.telling(told::add, replicas(1).getFirst());
        for (int i = 0; i < 60; i++) {
            limits.count("agent", SEND);
        }
        assertThat(told).isEmpty();
        assertThat(limits.count("agent", SEND).allowed()).isFalse();
        assertThat(told).containsExactly(SEND);
    }

    @Test
    void subjectsAndCategoriesHaveBudgetsOfTheirOwn() {
        SharedRateLimits limits = replicas(2).getFirst();
        assertThat(allowed(limits, 60)).isEqualTo(60);
        assertThat(limits.count("other", SEND).remaining()).isEqualTo(59);
        assertThat(limits.count("agent", RateCategory.STATE_WRITE).remaining()).isEqualTo(59);
    }
}
