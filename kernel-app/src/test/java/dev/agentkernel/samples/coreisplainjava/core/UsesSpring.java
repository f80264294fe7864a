package dev.agentkernel.samples.coreisplainjava.core;

import org.springframework.context.ApplicationContext;

record UsesSpring(ApplicationContext context) {}
