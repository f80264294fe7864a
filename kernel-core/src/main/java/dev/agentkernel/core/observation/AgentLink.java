package dev.agentkernel.core.observation;

/**
 * That one agent sends messages to another.
 *
 * @param messages how many so far
 */
public record AgentLink(String from, String to, long messages) {}
