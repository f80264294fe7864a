package dev.agentkernel.api;

import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/**
 * The HTTP interface; to be imported by an application that has a {@link dev.agentkernel.core.Kernel} and {@link ApiSettings} as
 * beans.
 */
@Configuration(proxyBeanMethods = false)
@ComponentScan
public class KernelApiConfiguration {}
