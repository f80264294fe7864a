package dev.agentkernel.core.commit;

/** A state key that exists; {@code version} is the seq of its last write, negative when that is in this very batch. */
public record StateRow(long version, int valueBytes) {}
