/** A storage in memory, and a clock that a test sets: what the tests of the domain stand on. */
@NullMarked
package dev.agentkernel.core.memory;

import org.jspecify.annotations.NullMarked;
