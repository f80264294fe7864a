package dev.agentkernel.core.commit;

/**
 * The counters of an agent's queue.
 *
 * @param depth messages in it: those that wait, leased ones and dead letters
 * @param bytes of their contents
 * @param pullWaiting those that a pull would find
 */
public record QueueRow(long depth, long bytes, long pullWaiting) {}
