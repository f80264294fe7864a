package dev.agentkernel.core.limits;

import java.util.Locale;

/** What is counted apart; each agent has a budget of its own for each. */
public enum RateCategory {
    MESSAGE_SEND,
    MESSAGE_RECEIVE,
    STATE_READ,
    STATE_WRITE,
    REGISTRY_READ,
    /** What is pushed to an agent's webhook. */
    WEBHOOK_DELIVERY,
    /** Counted per client address, before anybody is known. */
    OPERATOR_REGISTRATION,
    /** Counted per client address: people and tools that observe are nobody in particular. */
    OBSERVATION;

    private final String policyName = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name of the policy in the {@code RateLimit-Policy} field, for example {@code message-send}. */
    public String policyName() {
        return policyName;
    }
}
