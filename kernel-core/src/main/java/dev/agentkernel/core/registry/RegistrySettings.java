package dev.agentkernel.core.registry;

/**
 * The limits of the registry.
 *
 * @param agentsPerOperatorMax most agents that one operator may have
 * @param blocksPerAgentMax most senders whose messages one agent may refuse
 * @param requireTerms whether an operator must accept the terms to register
 */
public record RegistrySettings(long agentsPerOperatorMax, long blocksPerAgentMax, boolean requireTerms) {

    public static final RegistrySettings DEFAULT = new RegistrySettings(1_000, 1_000, false);
}
