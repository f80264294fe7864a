package dev.agentkernel.core.state;

import java.time.Instant;

/** The answer to a write or a deletion; the version is the {@code seq} of the change. */
public record StateChange(String key, String changedBy, Instant changedAt, long version) {}
