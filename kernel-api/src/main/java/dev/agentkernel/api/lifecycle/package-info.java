/** In what order the parts of a process start and stop. */
@NullMarked
package dev.agentkernel.api.lifecycle;

import org.jspecify.annotations.NullMarked;
