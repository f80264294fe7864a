/** The measured servers as child processes: started, watched and ended. */
@NullMarked
package dev.agentkernel.bench.process;

import org.jspecify.annotations.NullMarked;
