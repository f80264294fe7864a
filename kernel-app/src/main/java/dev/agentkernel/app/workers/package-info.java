/** Wiring of the workers that are connected to this process. */
@NullMarked
package dev.agentkernel.app.workers;

import org.jspecify.annotations.NullMarked;
