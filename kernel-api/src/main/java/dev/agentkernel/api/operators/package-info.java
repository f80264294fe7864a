/** Operators. */
@NullMarked
package dev.agentkernel.api.operators;

import org.jspecify.annotations.NullMarked;
