/** Operators and agents. */
@NullMarked
package dev.agentkernel.core.registry;

import org.jspecify.annotations.NullMarked;
