package dev.agentkernel.core.messages;

import java.util.UUID;

/** A message that somebody holds, or held until the lease ran out. */
public record HeldLease(String recipient, UUID leaseId, long seq) {}
