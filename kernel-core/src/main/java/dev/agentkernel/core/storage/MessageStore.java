package dev.agentkernel.core.storage;

import dev.agentkernel.core.messages.ExpiredMessage;
import dev.agentkernel.core.messages.HeldLease;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.QueueTotals;
import dev.agentkernel.core.messages.QueuedMessage;
import java.util.List;

/** Reads queues; what changes them goes through the commit. Every method throws {@link StorageException} if the storage is away. */
public interface MessageStore {

    /** Whether a pull would find a message: one point read, the cost of an empty poll. */
    boolean hasWaiting(String recipient);

    /** The counters of a queue; zeros for an unknown agent. */
    QueueDepth depth(String recipient);

    /** What all queues hold together; takes longer the more agents there are, so that it is for watching only. */
    QueueTotals queueTotals();

    /**
     * Messages with their contents, in the order asked for; those that left the queue are missing.
     *
     * @param seqs their places in the recipient's queue
     */
    List<QueuedMessage> read(String recipient, List<Long> seqs);

    /** Leases that ran out by the time that decisions go by, the longest expired first. */
    List<HeldLease> expiredLeases(int leasesMax);

    /**
     * Leases of one holder, in the order of their messages.
     *
     * @param afterSeq the last message of the page before; 0 for the first page
     */
    List<HeldLease> leasesHeldBy(String leasedBy, long afterSeq, int leasesMax);

    /** Messages that expired by the time that decisions go by and are in nobody's hands, the longest expired first. */
    List<ExpiredMessage> expiredMessages(int messagesMax);

    /**
     * Dead letters of an agent in the order of their places in the queue.
     *
     * @param afterSeq the place that the page starts after; 0 for the first
     */
    List<LeasedMessage> deadLetters(String recipient, long afterSeq, int lettersMax);

    /** How many dead letters an agent has; costs time in proportion to their number, which the bound of a queue bounds. */
    long deadLetterCount(String recipient);
}
