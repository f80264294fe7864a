package dev.agentkernel.core.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.agentkernel.core.limits.RateLimitSettings.Budget;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Exact limits within one process: token buckets that refill continuously, kept as one number per subject and category (the
 * theoretical arrival time of the generic cell rate algorithm, ITU-T I.371: the moment at which the bucket will be full again).
 *
 * <p>Memory is bounded: a subject that has been idle for a whole window has a full bucket again and is forgotten; beyond {@link
 * #SUBJECTS_MAX} subjects at once the idlest is forgotten early.
 */
public final class LocalRateLimits implements RateLimits {

    private static final int SUBJECTS_MAX = 200_000;

    private final RateLimitSettings settings;
    private final Verdicts verdicts;
    private final Ticker ticker;
    private final Cache<String, AtomicLongArray> fullAgainAtNanos;

    /**
     * Makes limits with full buckets.
     *
     * @param ticker a clock that never goes back, for counting; the other is for telling the time of a reset
     */
    public LocalRateLimits(RateLimitSettings settings, InstantSource clock, Ticker ticker) {
        this.settings = settings;
        this.verdicts = new Verdicts(settings, clock);
        this.ticker = ticker;
        this.fullAgainAtNanos = Caffeine.newBuilder()
                .maximumSize(SUBJECTS_MAX)
                .expireAfterAccess(longestWindow(settings.budgets()))
                .ticker(ticker)
                .build();
    }

    private static Duration longestWindow(Map<RateCategory, Budget> budgets) {
        return budgets.values().stream()
                .map(Budget::window)
                .max(Duration::compareTo)
                .orElseThrow();
    }

    @Override
    public RateVerdict count(String subject, RateCategory category) {
        Budget budget = settings.budgetOf(category);
        long now = ticker.read();
        AtomicLongArray buckets = fullAgainAtNanos.get(subject, any -> fullBuckets(now));
        double nanosPerRequest = (double) budget.window().toNanos() / budget.requests();
        while (true) {
            long fullAt = buckets.get(category.ordinal());
            long from = Math.max(fullAt - now, 0);
            double after = from + nanosPerRequest;
            if (after > budget.window().toNanos()) {
                return verdicts.of(category, false, from, (long)
                        Math.ceil(after - budget.window().toNanos()));
            }
            // Rounded down, so that a full budget always fits into its window.
            long fullAgain = now + (long) after;
            if (buckets.compareAndSet(category.ordinal(), fullAt, fullAgain)) {
                return verdicts.of(category, true, fullAgain - now, 0);
            }
        }
    }

    private static AtomicLongArray fullBuckets(long now) {
        long[] full = new long[RateCategory.values().length];
        Arrays.fill(full, now);
        return new AtomicLongArray(full);
    }
}
