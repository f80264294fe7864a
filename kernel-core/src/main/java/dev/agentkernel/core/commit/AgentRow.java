package dev.agentkernel.core.commit;

import dev.agentkernel.core.messages.Route;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A registered agent, as decisions see it.
 *
 * @param webhookSecretVersion of the last secret that was made for its webhook; 0 when there never was one
 * @param blockCount how many senders' messages it refuses
 * @param webhookOpenUntil until when the circuit of its webhook is open; {@code null} when it is closed
 */
public record AgentRow(
        String address,
        UUID operatorId,
        int credentialVersion,
        boolean hasWebhook,
        int webhookSecretVersion,
        int blockCount,
        @Nullable Instant webhookOpenUntil) {

    /** An agent whose webhook, if it has one, does well. */
    public AgentRow(
            String address,
            UUID operatorId,
            int credentialVersion,
            boolean hasWebhook,
            int webhookSecretVersion,
            int blockCount) {
        this(address, operatorId, credentialVersion, hasWebhook, webhookSecretVersion, blockCount, null);
    }

    /** The way that messages to the agent go at this time. */
    public Route routeAt(Instant now) {
        boolean open = webhookOpenUntil != null && webhookOpenUntil.isAfter(now);
        return hasWebhook && !open ? Route.PUSH : Route.PULL;
    }

    /** Whether it has the webhook still that this version of its secret signs for: each change of the webhook makes a new one. */
    public boolean hasWebhookOf(int secretVersion) {
        return hasWebhook && webhookSecretVersion == secretVersion;
    }

    AgentRow withCredentialVersion(int version) {
        return new AgentRow(
                address, operatorId, version, hasWebhook, webhookSecretVersion, blockCount, webhookOpenUntil);
    }

    AgentRow withWebhook(boolean has, int secretVersion) {
        return new AgentRow(address, operatorId, credentialVersion, has, secretVersion, blockCount);
    }

    AgentRow withBlocks(int more) {
        return new AgentRow(
                address,
                operatorId,
                credentialVersion,
                hasWebhook,
                webhookSecretVersion,
                blockCount + more,
                webhookOpenUntil);
    }

    AgentRow withOpenUntil(@Nullable Instant openUntil) {
        return new AgentRow(
                address, operatorId, credentialVersion, hasWebhook, webhookSecretVersion, blockCount, openUntil);
    }
}
