package dev.agentkernel.core.messages;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Messages in the caller's hands, oldest first.
 *
 * @param leaseId of all of them, and fences them: whoever comes with another id changes nothing; clients see {@link
 *     Delivery#leaseId}
 * @param leasedUntil when they may go to somebody else
 * @param remaining how many more waited to be pulled
 */
public record MessageLease(
        String recipient, UUID leaseId, Instant leasedUntil, List<LeasedMessage> messages, long remaining) {

    List<Long> seqs() {
        return messages.stream().map(LeasedMessage::seq).toList();
    }
}
