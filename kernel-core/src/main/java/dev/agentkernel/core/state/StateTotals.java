package dev.agentkernel.core.state;

/** What the whole store holds: bytes of keys and values, and the number of keys. */
public record StateTotals(long usedBytes, long keyCount) {}
