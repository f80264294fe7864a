/** The shared key-value store. */
@NullMarked
package dev.agentkernel.core.state;

import org.jspecify.annotations.NullMarked;
