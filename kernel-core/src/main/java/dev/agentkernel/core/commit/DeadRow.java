package dev.agentkernel.core.commit;

import java.util.UUID;

/** A message among its recipient's dead letters. */
public record DeadRow(String recipient, long seq, UUID messageId, int contentBytes) {}
