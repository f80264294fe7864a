package dev.agentkernel.samples.featuresformnocycle.core.messages;

import dev.agentkernel.samples.featuresformnocycle.core.registry.Agent;

public record Message(Agent recipient) {}
