/** The one way in which answers are written. */
@NullMarked
package dev.agentkernel.api.answers;

import org.jspecify.annotations.NullMarked;
