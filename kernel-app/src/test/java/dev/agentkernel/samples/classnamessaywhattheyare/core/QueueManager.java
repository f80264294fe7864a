package dev.agentkernel.samples.classnamessaywhattheyare.core;

record QueueManager() {}
