package dev.agentkernel.core.messages;

/**
 * The limits of messaging.
 *
 * @param contentBytesMax most bytes of one content, in UTF-8
 * @param queueMessagesMax most messages in one agent's queue: those that wait, leased ones and dead letters
 * @param totalQueueBytesMax most content bytes in all queues together
 * @param waitersMax most requests that may wait for a message at once
 * @param attemptsMax how often a message may be handed out before it is a dead letter
 * @param senderPercentMax the part of {@code queueMessagesMax} that messages of one sender may take up in a queue, in percent
 */
public record MessagingSettings(
        int contentBytesMax,
        long queueMessagesMax,
        long totalQueueBytesMax,
        int waitersMax,
        int attemptsMax,
        int senderPercentMax) {

    /** No message is ever a dead letter. */
    public static final int ATTEMPTS_UNLIMITED = Integer.MAX_VALUE;

    public static final MessagingSettings DEFAULT = new MessagingSettings(65_536, 10_000, 10L << 30);

    /** Other sizes, and otherwise the defaults. */
    public MessagingSettings(int contentBytesMax, long queueMessagesMax, long totalQueueBytesMax) {
        this(contentBytesMax, queueMessagesMax, totalQueueBytesMax, 10_000, ATTEMPTS_UNLIMITED, 100);
    }

    /** The same with a bound on how often a message may be handed out. */
    public MessagingSettings withAttemptsMax(int other) {
        return new MessagingSettings(
                contentBytesMax, queueMessagesMax, totalQueueBytesMax, waitersMax, other, senderPercentMax);
    }

    /** The same with a bound on the part of a queue that one sender may take up. */
    public MessagingSettings withSenderPercentMax(int other) {
        return new MessagingSettings(
                contentBytesMax, queueMessagesMax, totalQueueBytesMax, waitersMax, attemptsMax, other);
    }

    /** Whether a sender may take up less of a queue than all of it. */
    boolean limitsSenders() {
        return senderPercentMax < 100;
    }

    /** Most messages of one sender that may wait in one queue; one at least. */
    long senderMessagesMax() {
        return Math.max(1, Math.multiplyExact(queueMessagesMax, (long) senderPercentMax) / 100);
    }
}
