/** The records of the event log: what every change of the kernel is made of. */
@NullMarked
package dev.agentkernel.core.events;

import org.jspecify.annotations.NullMarked;
