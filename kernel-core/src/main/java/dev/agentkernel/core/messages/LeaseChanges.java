package dev.agentkernel.core.messages;

import java.util.List;
import java.util.UUID;

/**
 * What became of leases that their holder named.
 *
 * @param changed the ids whose lease did what was asked
 * @param unknown the ids that named nothing: a stale lease, a message of somebody else's, or one that is not leased
 */
public record LeaseChanges(List<UUID> changed, List<UUID> unknown) {}
