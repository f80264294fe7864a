package dev.agentkernel.api.json;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the contract writes them. */
public final class Timestamps {

    private Timestamps() {}

    /** RFC 3339 in UTC with {@code Z}, with no more than microseconds. */
    public static String format(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS).toString();
    }
}
