/** The load scenario: what is asked of the kernel, the agents that ask it, and the interleaved rounds. */
@NullMarked
package dev.agentkernel.bench.load;

import org.jspecify.annotations.NullMarked;
