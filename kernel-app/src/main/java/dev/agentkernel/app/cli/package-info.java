/** What the process says to whoever started it: arguments, one sentence about a failed start, and the exit status. */
@NullMarked
package dev.agentkernel.app.cli;

import org.jspecify.annotations.NullMarked;
