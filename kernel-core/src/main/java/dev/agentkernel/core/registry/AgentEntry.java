package dev.agentkernel.core.registry;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A registered agent.
 *
 * @param registeredSeq the seq of its {@code agent_registered} event, which orders the registry
 * @param webhookUrl where its messages are pushed to; {@code null} when it fetches them
 * @param webhookSecretVersion of the secret that signs what is pushed; 0 when there never was one
 * @param webhookSecretRotatedAt when that secret took the place of the one before it, which signs as well for a while; {@code null}
 *     when no secret was replaced
 * @param profile what the agent says about itself; {@code null} when nothing
 */
public record AgentEntry(
        String address,
        UUID operatorId,
        Instant registeredAt,
        long registeredSeq,
        @Nullable String webhookUrl,
        int webhookSecretVersion,
        @Nullable Instant webhookSecretRotatedAt,
        @Nullable AgentProfile profile) {}
