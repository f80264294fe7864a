package dev.agentkernel.samples.apiknowscoreonly.storage;

public record Neighbour(String name) {}
