package dev.agentkernel.core.limits;

/** Counts requests against budgets. */
@FunctionalInterface
public interface RateLimits {

    /**
     * Counts one request of a subject, if its budget allows it. Safe for use by many threads; waits for nothing but,
     * where budgets are shared with other processes, once in a while for the storage.
     *
     * @param subject whose budget it is: an agent's address, or a client's network address
     */
    RateVerdict count(String subject, RateCategory category);

    /** The same limits, which tell a listener whenever they refuse. */
    static RateLimits telling(RateLimitListener listener, RateLimits limits) {
        return (subject, category) -> {
            RateVerdict verdict = limits.count(subject, category);
            if (!verdict.allowed()) {
                listener.refused(category);
            }
            return verdict;
        };
    }
}
