/** The gates that an agent passes before it may register. */
@NullMarked
package dev.agentkernel.core.verification;

import org.jspecify.annotations.NullMarked;
