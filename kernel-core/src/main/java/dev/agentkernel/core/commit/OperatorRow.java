package dev.agentkernel.core.commit;

import java.util.UUID;

/** An operator, as decisions see it. */
public record OperatorRow(UUID operatorId, int credentialVersion, long agentCount) {}
