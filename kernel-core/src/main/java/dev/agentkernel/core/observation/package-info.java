/** What people and tools see of everything that happens; never changes anything. */
@NullMarked
package dev.agentkernel.core.observation;

import org.jspecify.annotations.NullMarked;
