package dev.agentkernel.storage.registry;

import dev.agentkernel.core.registry.AgentEntry;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An agent with its profile as a query gives them, column by column. */
record AgentView(
        String address,
        UUID operatorId,
        Instant registeredAt,
        long registeredSeq,
        @Nullable String webhookUrl,
        int webhookSecretVersion,
        @Nullable Instant webhookSecretRotatedAt,
        @Nullable String name,
        @Nullable String description,
        @Nullable String tags) {

    AgentEntry entry() {
        return new AgentEntry(
                address,
                operatorId,
                registeredAt,
                registeredSeq,
                webhookUrl,
                webhookSecretVersion,
                webhookSecretRotatedAt,
                ProfileTexts.profile(name, description, tags));
    }
}
