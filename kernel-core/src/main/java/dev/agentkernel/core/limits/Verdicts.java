package dev.agentkernel.core.limits;

import dev.agentkernel.core.limits.RateLimitSettings.Budget;
import java.time.Duration;
import java.time.InstantSource;

/** Says where a budget stands, from the time that it takes to fill. */
record Verdicts(RateLimitSettings settings, InstantSource clock) {

    RateVerdict of(RateCategory category, boolean allowed, long nanosToFull, long nanosToNext) {
        Budget budget = settings.budgetOf(category);
        double missing = nanosToFull / ((double) budget.window().toNanos() / budget.requests());
        // A request that was counted is missing as a whole, although the refill began at once.
        long remaining = Math.max(0, budget.requests() - (long) Math.ceil(missing - 1e-6));
        return new RateVerdict(
                category,
                allowed,
                budget.requests(),
                budget.window(),
                remaining,
                clock.instant().plusNanos(nanosToFull),
                Duration.ofNanos(nanosToNext));
    }
}
