package dev.agentkernel.core.registry;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A registered agent; {@code registeredSeq} is the seq of its {@code agent_registered} event and orders the registry. */
public record AgentEntry(
        String address,
        UUID operatorId,
        Instant registeredAt,
        long registeredSeq,
        @Nullable String webhookUrl) {}
