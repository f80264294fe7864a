package dev.agentkernel.samples.featuresformnocycle.core.registry;

import dev.agentkernel.samples.featuresformnocycle.core.messages.Message;

public record Agent(Message last) {}
