package dev.agentkernel.samples.loggingisslf4j.core;

import java.util.logging.Logger;

record LogsPastTheInterface(Logger logger) {}
