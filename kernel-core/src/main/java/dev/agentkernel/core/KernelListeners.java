package dev.agentkernel.core;

import dev.agentkernel.core.auth.AuthenticationListener;
import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.limits.RateLimitListener;
import dev.agentkernel.core.registry.RegistryListener;

/** Those who measure the parts of a kernel; each says on which thread it is called and what it must not do. */
public record KernelListeners(
        CommitListener commits,
        AuthenticationListener authentications,
        RateLimitListener limits,
        RegistryListener registry) {

    /** Nobody measures anything. */
    public static final KernelListeners NONE = new KernelListeners(
            CommitListener.NONE, AuthenticationListener.NONE, RateLimitListener.NONE, RegistryListener.NONE);
}
