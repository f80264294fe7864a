/** A kernel in memory behind a real server, and ways to speak to it. */
@NullMarked
package dev.agentkernel.api.testing;

import org.jspecify.annotations.NullMarked;
