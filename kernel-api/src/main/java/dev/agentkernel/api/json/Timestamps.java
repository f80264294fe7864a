package dev.agentkernel.api.json;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times, and times to wait, as the contract writes them. */
public final class Timestamps {

    private Timestamps() {}

    /** RFC 3339 in UTC with {@code Z}, with no more than microseconds. */
    public static String format(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS).toString();
    }

    /** How long to wait, in whole seconds: enough of them, and at least one, so that nobody comes back at once. */
    public static long wholeSeconds(Duration wait) {
        return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    }
}
