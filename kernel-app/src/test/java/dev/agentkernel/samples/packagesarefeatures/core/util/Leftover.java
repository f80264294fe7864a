package dev.agentkernel.samples.packagesarefeatures.core.util;

record Leftover() {}
