/** Whether the service answers. */
@NullMarked
package dev.agentkernel.api.health;

import org.jspecify.annotations.NullMarked;
