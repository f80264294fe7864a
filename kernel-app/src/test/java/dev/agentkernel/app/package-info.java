/** Tests of the application as a whole. */
@NullMarked
package dev.agentkernel.app;

import org.jspecify.annotations.NullMarked;
