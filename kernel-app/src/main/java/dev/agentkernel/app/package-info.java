/** The Spring Boot application: wiring, configuration and profiles. */
@NullMarked
package dev.agentkernel.app;

import org.jspecify.annotations.NullMarked;
