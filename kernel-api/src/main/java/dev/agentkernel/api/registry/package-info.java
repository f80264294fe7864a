/** The registry, as agents see it. */
@NullMarked
package dev.agentkernel.api.registry;

import org.jspecify.annotations.NullMarked;
