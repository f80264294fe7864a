package dev.agentkernel.core.messages;

/**
 * The limits of messaging.
 *
 * @param contentBytesMax most bytes of one content, in UTF-8
 * @param queueMessagesMax most messages in one agent's queue, waiting and leased
 * @param totalQueueBytesMax most content bytes in all queues together
 * @param waitersMax most requests that may wait for a message at once
 * @param attemptsMax how often a message may be handed out before it is a dead letter
 */
public record MessagingSettings(
        int contentBytesMax, long queueMessagesMax, long totalQueueBytesMax, int waitersMax, int attemptsMax) {

    /** No message is ever a dead letter. */
    public static final int ATTEMPTS_UNLIMITED = Integer.MAX_VALUE;

    public static final MessagingSettings DEFAULT = new MessagingSettings(65_536, 10_000, 10L << 30);

    /** Other sizes, and otherwise the defaults. */
    public MessagingSettings(int contentBytesMax, long queueMessagesMax, long totalQueueBytesMax) {
        this(contentBytesMax, queueMessagesMax, totalQueueBytesMax, 10_000, ATTEMPTS_UNLIMITED);
    }

    /** The same with a bound on how often a message may be handed out. */
    public MessagingSettings withAttemptsMax(int other) {
        return new MessagingSettings(contentBytesMax, queueMessagesMax, totalQueueBytesMax, waitersMax, other);
    }
}
