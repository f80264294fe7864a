package dev.agentkernel.core.messages;

/**
 * The limits of messaging.
 *
 * @param contentBytesMax most bytes of one content, in UTF-8
 * @param queueMessagesMax most messages in one agent's queue, waiting and leased
 * @param totalQueueBytesMax most content bytes in all queues together
 */
public record MessagingSettings(int contentBytesMax, long queueMessagesMax, long totalQueueBytesMax) {

    public static final MessagingSettings DEFAULT = new MessagingSettings(65_536, 10_000, 10L << 30);
}
