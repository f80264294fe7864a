package dev.agentkernel.core.registry;

/** A new agent; the token is shown this once. */
public record RegisteredAgent(String address, String token) {

    /** Without the token, which has no place in a log. */
    @Override
    public String toString() {
        return "RegisteredAgent[" + address + "]";
    }
}
