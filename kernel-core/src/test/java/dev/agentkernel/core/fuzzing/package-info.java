/** What the fuzz tests of all modules have in common. */
@NullMarked
package dev.agentkernel.core.fuzzing;

import org.jspecify.annotations.NullMarked;
