/** What connected workers cost: memory of idle ones, and the time from a send to the frame at the receiver. */
@NullMarked
package dev.agentkernel.bench.sockets;

import org.jspecify.annotations.NullMarked;
