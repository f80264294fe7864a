package dev.agentkernel.core.limits;

/** Counts what limits refuse; called on request threads, must be quick and must not throw. */
@FunctionalInterface
public interface RateLimitListener {

    /** Does nothing. */
    RateLimitListener NONE = category -> {};

    /** A request was over its budget. */
    void refused(RateCategory category);
}
