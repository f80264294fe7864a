/** What every feature of the domain shares: error codes, refusals, byte strings. */
@NullMarked
package dev.agentkernel.core;

import org.jspecify.annotations.NullMarked;
