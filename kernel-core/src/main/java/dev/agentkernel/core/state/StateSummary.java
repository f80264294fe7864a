package dev.agentkernel.core.state;

import java.time.Instant;

/**
 * A key of the shared state without its value.
 *
 * @param valueBytes the size of the value in UTF-8
 */
public record StateSummary(String key, String lastModifiedBy, Instant lastModifiedAt, int valueBytes) {}
