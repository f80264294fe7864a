package dev.agentkernel.core.registry;

import org.jspecify.annotations.Nullable;

/** A new agent; the token, and the secret of its webhook if it has one, are shown this once. */
public record RegisteredAgent(
        String address, String token, @Nullable String webhookSecret) {

    /** Without the secrets, which have no place in a log. */
    @Override
    public String toString() {
        return "RegisteredAgent[" + address + "]";
    }
}
