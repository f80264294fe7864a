package dev.agentkernel.core.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.limits.RateLimitSettings.Budget;
import dev.agentkernel.core.memory.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalRateLimitsTest {

    private static final RateCategory SEND = RateCategory.MESSAGE_SEND;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SettableClock clock = new SettableClock();
    private final AtomicLong nanos = new AtomicLong(-123_456_789);

    private LocalRateLimits limits(long requests, Duration window) {
        Map<RateCategory, Budget> budgets =
                new EnumMap<>(RateLimitSettings.defaults().budgets());
        budgets.put(SEND, new Budget(requests, window));
        return new LocalRateLimits(new RateLimitSettings(budgets), clock, nanos::get);
    }

    private void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
        clock.advance(by);
    }

    private static long allowedAtOnce(LocalRateLimits limits, long tries) {
        long allowed = 0;
        for (long i = 0; i < tries; i++) {
            allowed += limits.count("agent", SEND).allowed() ? 1 : 0;
        }
        return allowed;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 7, 30, 59, 60, 61, 300, 999, 6_007, 60_001, 200_003})
    void exactlyTheWholeBudgetMayComeAtOnce(long requests) {
        assertThat(allowedAtOnce(limits(requests, MINUTE), requests + 5)).isEqualTo(requests);
        assertThat(allowedAtOnce(limits(requests, Duration.ofHours(1)), requests + 5))
                .isEqualTo(requests);
    }

    @Test
    void remainingCountsDownToZeroAndStaysThere() {
        LocalRateLimits limits = limits(7, MINUTE);
        List<Long> remaining = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            remaining.add(limits.count("agent", SEND).remaining());
        }
        assertThat(remaining).containsExactly(6L, 5L, 4L, 3L, 2L, 1L, 0L, 0L, 0L);
    }

    @Test
    void aVerdictTellsLimitWindowAndWhenTheBudgetIsWholeAgain() {
        LocalRateLimits limits = limits(60, MINUTE);
        RateVerdict first = limits.count("agent", SEND);
        assertThat(first)
                .isEqualTo(
                        new RateVerdict(SEND, true, 60, MINUTE, 59, SettableClock.START.plusSeconds(1), Duration.ZERO));
        allowedAtOnce(limits, 59);
        RateVerdict over = limits.count("agent", SEND);
        assertThat(over)
                .isEqualTo(new RateVerdict(
                        SEND, false, 60, MINUTE, 0, SettableClock.START.plusSeconds(60), Duration.ofSeconds(1)));
    }

    @Test
    void theBudgetRefillsContinuously() {
        LocalRateLimits limits = limits(60, MINUTE);
        allowedAtOnce(limits, 60);
        advance(Duration.ofNanos(999_999_999));
        assertThat(limits.count("agent", SEND).allowed()).isFalse();
        advance(Duration.ofNanos(1));
        assertThat(limits.count("agent", SEND).allowed()).isTrue();
        assertThat(limits.count("agent", SEND).allowed()).isFalse();
        advance(Duration.ofMillis(2_500));
        assertThat(allowedAtOnce(limits, 10)).isEqualTo(2);
        advance(Duration.ofMillis(500));
        assertThat(allowedAtOnce(limits, 10)).isEqualTo(1);
        advance(Duration.ofHours(10));
        assertThat(allowedAtOnce(limits, 100)).as("never more than the budget").isEqualTo(60);
    }

    @ParameterizedTest
    @CsvSource({"7, 60", "60, 60", "999, 60", "5, 3600", "300, 60", "1, 60", "77777, 60"})
    void retryAfterIsTheFirstMomentAtWhichTheNextRequestIsAllowed(long requests, long windowSeconds) {
        LocalRateLimits limits = limits(requests, Duration.ofSeconds(windowSeconds));
        allowedAtOnce(limits, requests);
        for (int i = 0; i < 50; i++) {
            RateVerdict over = limits.count("agent", SEND);
            assertThat(over.allowed()).isFalse();
            assertThat(over.retryAfter()).isPositive();
            // A nanosecond of slack for the rounding of the double.
            advance(over.retryAfter().minusNanos(2));
            assertThat(limits.count("agent", SEND).allowed()).isFalse();
            advance(Duration.ofNanos(2));
            assertThat(limits.count("agent", SEND).allowed()).isTrue();
        }
    }

    @Test
    void whatIsRefusedIsNotCounted() {
        LocalRateLimits limits = limits(2, MINUTE);
        allowedAtOnce(limits, 1_000);
        advance(Duration.ofSeconds(30));
        assertThat(allowedAtOnce(limits, 1_000)).isEqualTo(1);
    }

    @Test
    void inTheLongRunNoMoreThanTheBudgetPasses() {
        LocalRateLimits limits = limits(7, MINUTE);
        long allowed = 0;
        for (int step = 0; step < 100_000; step++) {
            allowed += limits.count("agent", SEND).allowed() ? 1 : 0;
            advance(Duration.ofMillis(61));
        }
        // 6,100 seconds are 101 windows and two thirds: 711.67 requests beside the burst of 7.
        assertThat(allowed).isBetween(717L, 719L);
    }

    @Test
    void subjectsAndCategoriesAreCountedApart() {
        LocalRateLimits limits = limits(1, MINUTE);
        assertThat(limits.count("one", SEND).allowed()).isTrue();
        assertThat(limits.count("one", SEND).allowed()).isFalse();
        assertThat(limits.count("two", SEND).allowed()).isTrue();
        assertThat(limits.count("one", RateCategory.STATE_WRITE).remaining()).isEqualTo(59);
        assertThat(limits.count("one", RateCategory.OPERATOR_REGISTRATION).limit())
                .isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000_007, 60_000_000_000L, 1_000_000_000_000L, Long.MAX_VALUE})
    void hugeLimitsNeitherRefuseNorOverflow(long requests) {
        LocalRateLimits limits = limits(requests, MINUTE);
        for (int i = 0; i < 10_000; i++) {
            RateVerdict verdict = limits.count("agent", SEND);
            assertThat(verdict.allowed()).isTrue();
            assertThat(verdict.remaining()).isBetween(requests - 10_001, requests);
            assertThat(verdict.resetAt()).isBetween(SettableClock.START, SettableClock.START.plusSeconds(1));
        }
    }

    /** The refill is kept in whole nanoseconds: a limit is exact to one nanosecond per request. */
    @Test
    void aLimitOfMillionsIsExactToANanosecondPerRequest() {
        long requests = 700_000;
        long allowed = allowedAtOnce(limits(requests, MINUTE), requests + 1_000);
        assertThat(allowed).isBetween(requests, requests + 10);
    }

    @Test
    void anIdleSubjectHasItsWholeBudgetWhetherItIsRememberedOrForgotten() {
        LocalRateLimits limits = limits(60, MINUTE);
        allowedAtOnce(limits, 60);
        // Longer than the longest window, an hour, after which the cache forgets.
        advance(Duration.ofHours(1).plusNanos(1));
        assertThat(limits.count("agent", SEND).remaining()).isEqualTo(59);
    }

    @Test
    void aSubjectIsNotForgottenBeforeItsLongestWindowIsOver() {
        LocalRateLimits limits = limits(60, MINUTE);
        for (int i = 0; i < 5; i++) {
            limits.count("address", RateCategory.OPERATOR_REGISTRATION);
        }
        advance(Duration.ofMinutes(11));
        assertThat(limits.count("address", RateCategory.OPERATOR_REGISTRATION).allowed())
                .isFalse();
        advance(Duration.ofMinutes(2));
        assertThat(limits.count("address", RateCategory.OPERATOR_REGISTRATION).allowed())
                .isTrue();
        assertThat(limits.count("address", RateCategory.OPERATOR_REGISTRATION).allowed())
                .isFalse();
    }

    @Test
    void manyThreadsTogetherGetTheBudgetAndNotOneMore() throws Exception {
        int threadCount = 4;
        long requests = 200_003;
        try (ExecutorService threads = Executors.newFixedThreadPool(threadCount)) {
            for (int round = 0; round < 5; round++) {
                LocalRateLimits limits = limits(requests, MINUTE);
                CountDownLatch start = new CountDownLatch(1);
                List<Future<Long>> allowed = new ArrayList<>();
                for (int i = 0; i < threadCount; i++) {
                    allowed.add(threads.submit(() -> {
                        start.await();
                        return allowedAtOnce(limits, 100_000);
                    }));
                }
                start.countDown();
                long total = 0;
                for (Future<Long> some : allowed) {
                    total += some.get(60, TimeUnit.SECONDS);
                }
                assertThat(total).isEqualTo(requests);
            }
        }
    }

    @Test
    void settingsThatLetNothingPassAreRefused() {
        assertThatThrownBy(() -> new Budget(0, MINUTE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1");
        assertThatThrownBy(() -> new Budget(1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateLimitSettings(Map.of(SEND, Budget.perMinute(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no rate limit is set for");
    }

    @Test
    void policyNamesAreThoseOfTheRateLimitPolicyField() {
        assertThat(RateCategory.MESSAGE_SEND.policyName()).isEqualTo("message-send");
        assertThat(RateCategory.OPERATOR_REGISTRATION.policyName()).isEqualTo("operator-registration");
    }
}
