package dev.agentkernel.core.registry;

/** A webhook as it was set; the secret is shown this once. */
public record Webhook(String url, String secret) {

    /** Without the secret, which has no place in a log. */
    @Override
    public String toString() {
        return "Webhook[" + url + "]";
    }
}
