/** Observation: what people and tools see of everything that happens. */
@NullMarked
package dev.agentkernel.api.observe;

import org.jspecify.annotations.NullMarked;
