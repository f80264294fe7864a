/** Durable message queues. */
@NullMarked
package dev.agentkernel.core.messages;

import org.jspecify.annotations.NullMarked;
