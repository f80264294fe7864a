package dev.agentkernel.core.messages;

import java.util.List;
import java.util.UUID;

/**
 * Messages in the caller's hands, oldest first.
 *
 * @param leaseId fences them: whoever comes with another id changes nothing
 * @param remaining how many more waited in the queue
 */
public record MessageLease(String recipient, UUID leaseId, List<LeasedMessage> messages, long remaining) {}
