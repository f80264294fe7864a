package dev.agentkernel.core.registry;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.commit.GroupCommit;

/** What agents and their operators change of agents that exist. Each change is durable, and holds everywhere, when its call returns. */
public final class AgentAccounts {

    private final GroupCommit commits;
    private final Tokens tokens;
    private final WebhookUrlPolicy webhookUrls;
    private final WebhookSecrets webhookSecrets;

    public AgentAccounts(
            GroupCommit commits, Tokens tokens, WebhookUrlPolicy webhookUrls, WebhookSecrets webhookSecrets) {
        this.commits = commits;
        this.tokens = tokens;
        this.webhookUrls = webhookUrls;
        this.webhookSecrets = webhookSecrets;
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

    /** Lets the agent fetch its messages itself; nothing happens when it does already. */
    public void removeWebhook(AgentCaller caller) {
        commits.commit(new ChangeWebhook(caller, null));
    }

    static void requireAllowed(WebhookUrlPolicy policy, String url) {
        policy.refusalOf(url).ifPresent(reason -> {
            throw RefusedException.badRequest("'webhook_url' is refused: " + reason);
        });
    }
}
