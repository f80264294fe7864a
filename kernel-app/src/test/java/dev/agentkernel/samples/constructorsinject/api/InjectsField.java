package dev.agentkernel.samples.constructorsinject.api;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

abstract class InjectsField {
    @Autowired
    ApplicationContext context;
}
