package dev.agentkernel.core;

import dev.agentkernel.core.auth.AuthenticationListener;
import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.limits.RateLimitListener;
import dev.agentkernel.core.registry.RegistryListener;

/** Who measures the parts of a kernel. */
public record KernelListeners(
        CommitListener commits,
        AuthenticationListener authentications,
        RateLimitListener limits,
        RegistryListener registry) {

    /** Nobody does. */
    public static final KernelListeners NONE = new KernelListeners(
            CommitListener.NONE, AuthenticationListener.NONE, RateLimitListener.NONE, RegistryListener.NONE);

    /** Nobody does, but for commits. */
    public static KernelListeners ofCommits(CommitListener commits) {
        return new KernelListeners(commits, NONE.authentications, NONE.limits, NONE.registry);
    }
}
