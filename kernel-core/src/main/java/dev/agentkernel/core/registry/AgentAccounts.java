package dev.agentkernel.core.registry;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.messages.HandOverWaiting;
import dev.agentkernel.core.storage.RegistryStore;
import java.util.List;

/** What agents and their operators change of agents that exist. Each change is durable, and holds everywhere, when its call returns. */
public final class AgentAccounts {

    private final GroupCommit commits;
    private final RegistryStore store;
    private final Tokens tokens;
    private final WebhookUrlPolicy webhookUrls;
    private final WebhookSecrets webhookSecrets;
    private final RegistrySettings settings;

    public AgentAccounts(
            GroupCommit commits,
            RegistryStore store,
            Tokens tokens,
            WebhookUrlPolicy webhookUrls,
            WebhookSecrets webhookSecrets,
            RegistrySettings settings) {
        this.commits = commits;
        this.store = store;
        this.tokens = tokens;
        this.webhookUrls = webhookUrls;
        this.webhookSecrets = webhookSecrets;
        this.settings = settings;
    }

    /** Makes a new token for the agent; the one it called with is dead when this returns. */
    public String rotateToken(AgentCaller caller) {
        String token = tokens.newAgentToken();
        commits.commit(new RotateAgentToken(caller, tokens.digestOf(token)));
        return token;
    }

    /**
     * Removes an agent of the operator: it leaves the registry, its token dies, its queue is dropped; its past events stay.
     *
     * @throws RefusedException {@code not_found} if the operator has no such agent
     */
    public void deregister(OperatorCaller caller, String address) {
        if (!Tokens.isAddress(address) || !commits.commit(new DeregisterAgent(caller, address))) {
            throw new RefusedException(ErrorCode.NOT_FOUND, "The operator has no agent with this address.");
        }
    }

    /**
     * Has the agent's messages pushed to a URL, signed with a new secret; what signed before does so beside it for {@link
     * WebhookSecrets#OVERLAP}.
     *
     * @throws RefusedException {@code bad_request} for a URL that is not allowed
     */
    public Webhook setWebhook(AgentCaller caller, String url) {
        requireAllowed(webhookUrls, url);
        int version = commits.commit(new ChangeWebhook(caller, url));
        return new Webhook(url, webhookSecrets.secretOf(caller.address(), version));
    }

    /** Lets the agent fetch its messages itself, also those that wait; nothing happens when it does already. */
    public void removeWebhook(AgentCaller caller) {
        commits.commit(new ChangeWebhook(caller, null));
        int handedOver;
        do {
            handedOver = commits.commit(new HandOverWaiting(caller.address()));
        } while (handedOver == HandOverWaiting.MESSAGES_MAX);
    }

    /** Sets what the agent says about itself, in place of all it said before; returns it as it is kept. */
    public AgentProfile setProfile(AgentCaller caller, AgentProfile profile) {
        return commits.commit(new ChangeProfile(caller, profile));
    }

    /**
     * Has the agent refuse messages of another; what is queued already stays. Nothing happens when it does already.
     *
     * @throws RefusedException {@code not_found} if there is no such agent, {@code bad_request} for the agent itself, {@code
     *     conflict} if it blocks as many as it may
     */
    public void block(AgentCaller caller, String sender) {
        if (sender.equals(caller.address())) {
            throw RefusedException.badRequest("An agent cannot block itself.");
        }
        if (!Tokens.isAddress(sender)) {
            throw AgentRegistry.unknownAgent();
        }
        commits.commit(new ChangeBlock(caller, sender, true, settings.blocksPerAgentMax()));
    }

    /** Lets the agent take messages of another again; nothing happens when it does already. */
    public void unblock(AgentCaller caller, String sender) {
        if (Tokens.isAddress(sender)) {
            commits.commit(new ChangeBlock(caller, sender, false, settings.blocksPerAgentMax()));
        }
    }

    /** Whose messages the agent refuses, in the order of their addresses. */
    public List<String> blocks(AgentCaller caller) {
        return store.blockedBy(caller.address());
    }

    static void requireAllowed(WebhookUrlPolicy policy, String url) {
        policy.refusalOf(url).ifPresent(reason -> {
            throw RefusedException.badRequest("'webhook_url' is refused: " + reason);
        });
    }
}
