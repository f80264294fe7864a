/** The shared state. */
@NullMarked
package dev.agentkernel.api.state;

import org.jspecify.annotations.NullMarked;
