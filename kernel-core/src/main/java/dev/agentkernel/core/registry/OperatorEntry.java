package dev.agentkernel.core.registry;

import java.time.Instant;
import java.util.UUID;

/** An operator, and how many agents it has. */
public record OperatorEntry(UUID operatorId, Instant createdAt, long agentCount) {}
