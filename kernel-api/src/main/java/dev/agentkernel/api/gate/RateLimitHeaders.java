package dev.agentkernel.api.gate;

import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.limits.RateVerdict;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Tells clients where they stand: in the fields of the contract, and in those of the IETF draft
 * (draft-ietf-httpapi-ratelimit-headers).
 */
final class RateLimitHeaders {

    private RateLimitHeaders() {}

    /**
     * Writes the fields, whatever the verdict.
     *
     * @throws RefusedException {@code rate_limited} if the request may not go on
     */
    static void apply(RateVerdict verdict, HttpServletResponse response) {
        response.setHeader("X-RateLimit-Limit", Long.toString(verdict.limit()));
        response.setHeader("X-RateLimit-Remaining", Long.toString(verdict.remaining()));
        response.setHeader("X-RateLimit-Reset", Long.toString(secondOf(verdict)));
        response.setHeader("RateLimit", current(verdict));
        response.setHeader("RateLimit-Policy", policy(verdict));
        if (!verdict.allowed()) {
            throw RefusedException.temporary(ErrorCode.RATE_LIMITED, sentence(verdict), verdict.retryAfter());
        }
    }

    /** The second in which the budget is whole again: rounded up, so that waiting for it is enough. */
    static long secondOf(RateVerdict verdict) {
        Instant resetAt = verdict.resetAt();
        Instant whole = resetAt.truncatedTo(ChronoUnit.SECONDS);
        return whole.equals(resetAt) ? whole.getEpochSecond() : whole.getEpochSecond() + 1;
    }

    static String current(RateVerdict verdict) {
        return '"' + verdict.category().policyName() + "\";r=" + verdict.remaining() + ";t=" + secondsToFull(verdict);
    }

    static String policy(RateVerdict verdict) {
        return '"' + verdict.category().policyName() + "\";q=" + verdict.limit() + ";w="
                + Timestamps.wholeSeconds(verdict.window());
    }

    /** From what is missing, since a budget refills evenly. */
    private static long secondsToFull(RateVerdict verdict) {
        long missing = verdict.limit() - verdict.remaining();
        double seconds = (double) verdict.window().toMillis() / 1_000 * missing / verdict.limit();
        return (long) Math.ceil(seconds);
    }

    private static String sentence(RateVerdict verdict) {
        return "More than " + verdict.limit() + " requests in "
                + verdict.window().toSeconds() + " seconds ("
                + verdict.category().policyName() + "); try again in " + Timestamps.wholeSeconds(verdict.retryAfter())
                + " seconds.";
    }
}
