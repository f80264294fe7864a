package dev.agentkernel.samples.packagesarenullmarked.core;

record Unmarked() {}
