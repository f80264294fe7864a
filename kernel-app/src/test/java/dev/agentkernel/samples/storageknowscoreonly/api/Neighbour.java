package dev.agentkernel.samples.storageknowscoreonly.api;

public record Neighbour(String name) {}
