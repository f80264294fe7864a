/** Rate limits. */
@NullMarked
package dev.agentkernel.core.limits;

import org.jspecify.annotations.NullMarked;
