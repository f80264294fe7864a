package dev.agentkernel.storage.postgres;

import org.jspecify.annotations.Nullable;

/** Where the time of decisions comes from: the database's clock, which all replicas share, unless a test sets another. */
@FunctionalInterface
interface DecisionClock {

    /** The database's clock. */
    DecisionClock OF_DATABASE = () -> null;

    /** Microseconds since 1970 to use instead of the database's clock, or {@code null} to use that. */
    @Nullable
    Long overridingMicros();
}
