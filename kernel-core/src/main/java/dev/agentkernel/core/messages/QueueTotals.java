package dev.agentkernel.core.messages;

/**
 * What all queues hold together.
 *
 * @param messages in them: those that wait, leased ones and dead letters
 * @param contentBytes of them
 * @param waitingForPush those that wait to be pushed, and are not on their way
 */
public record QueueTotals(long messages, long contentBytes, long waitingForPush) {}
