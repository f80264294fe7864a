package dev.agentkernel.core.limits;

import java.time.Duration;
import java.time.Instant;

/**
 * What a limit says to one request.
 *
 * @param category the budget that was asked
 * @param allowed whether the request may go on; it was counted then, and only then
 * @param limit requests per window
 * @param window the length of the window
 * @param remaining requests that could follow at once
 * @param resetAt when the whole budget is there again, if nothing more comes
 * @param retryAfter how long until the next request would be allowed; zero when it is at once
 */
public record RateVerdict(
        RateCategory category,
        boolean allowed,
        long limit,
        Duration window,
        long remaining,
        Instant resetAt,
        Duration retryAfter) {}
