package dev.agentkernel.core.messages;

/**
 * The counters of a queue.
 *
 * @param messages in it: those that wait, leased ones and dead letters
 * @param contentBytes of them
 * @param pullWaiting those that a pull would find
 */
public record QueueDepth(long messages, long contentBytes, long pullWaiting) {

    public static final QueueDepth EMPTY = new QueueDepth(0, 0, 0);
}
