/** The WebSocket of agents: frames in JSON between a socket and a worker's session. */
@NullMarked
package dev.agentkernel.api.workers;

import org.jspecify.annotations.NullMarked;
