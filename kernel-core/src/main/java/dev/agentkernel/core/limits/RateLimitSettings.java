package dev.agentkernel.core.limits;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The budget of each category: so many requests per window, all of which may come at once. */
public record RateLimitSettings(Map<RateCategory, Budget> budgets) {

    /** So many requests per window. */
    public record Budget(long requests, Duration window) {

        /**
         * Makes a budget.
         *
         * @throws IllegalArgumentException unless there is at least one request and the window is positive
         */
        public Budget {
            if (requests < 1 || window.isNegative() || window.isZero()) {
                throw new IllegalArgumentException(
                        "a rate limit of " + requests + " per " + window + " lets nothing pass; at least 1 is needed");
            }
        }

        public static Budget perMinute(long requests) {
            return new Budget(requests, Duration.ofMinutes(1));
        }

        public static Budget perHour(long requests) {
            return new Budget(requests, Duration.ofHours(1));
        }
    }

    public RateLimitSettings {
        for (RateCategory category : RateCategory.values()) {
            if (!budgets.containsKey(category)) {
                throw new IllegalArgumentException("no rate limit is set for " + category);
            }
        }
        budgets = Map.copyOf(budgets);
    }

    /** The budget of this category. */
    public Budget budgetOf(RateCategory category) {
        return Objects.requireNonNull(budgets.get(category), "every category has a budget");
    }

    /** The contract's defaults. */
    public static RateLimitSettings defaults() {
        Map<RateCategory, Budget> budgets = new EnumMap<>(RateCategory.class);
        budgets.put(RateCategory.MESSAGE_SEND, Budget.perMinute(60));
        budgets.put(RateCategory.MESSAGE_RECEIVE, Budget.perMinute(300));
        budgets.put(RateCategory.STATE_READ, Budget.perMinute(300));
        budgets.put(RateCategory.STATE_WRITE, Budget.perMinute(60));
        budgets.put(RateCategory.REGISTRY_READ, Budget.perMinute(30));
        budgets.put(RateCategory.WEBHOOK_DELIVERY, Budget.perMinute(60));
        budgets.put(RateCategory.OPERATOR_REGISTRATION, Budget.perHour(5));
        budgets.put(RateCategory.OBSERVATION, Budget.perMinute(300));
        return new RateLimitSettings(budgets);
    }
}
