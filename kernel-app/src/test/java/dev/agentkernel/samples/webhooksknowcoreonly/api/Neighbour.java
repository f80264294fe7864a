package dev.agentkernel.samples.webhooksknowcoreonly.api;

public record Neighbour(String name) {}
