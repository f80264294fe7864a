package dev.agentkernel.storage.postgres;

/**
 * How the pool of connections for reading is used at a moment.
 *
 * @param active connections that somebody reads with
 * @param idle open connections that nobody uses
 * @param waiting threads that wait for a connection
 * @param connectionsMax the most that may be open
 */
public record PoolUse(int active, int idle, int waiting, int connectionsMax) {}
