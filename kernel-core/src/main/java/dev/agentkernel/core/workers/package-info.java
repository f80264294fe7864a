/**
 * Workers of agents that are connected: who they are, what is in their hands, and who gets the next message. A worker is a line to
 * hand messages over, whatever carries it.
 */
@NullMarked
package dev.agentkernel.core.workers;

import org.jspecify.annotations.NullMarked;
