package dev.agentkernel.core.registry;

/**
 * The limits of registration.
 *
 * @param agentsPerOperatorMax most agents that one operator may have
 * @param requireTerms whether an operator must accept the terms to register
 */
public record RegistrySettings(long agentsPerOperatorMax, boolean requireTerms) {

    public static final RegistrySettings DEFAULT = new RegistrySettings(1_000, false);
}
