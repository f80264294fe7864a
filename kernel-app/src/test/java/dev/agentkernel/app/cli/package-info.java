/** Tests of what a failed start says. */
@NullMarked
package dev.agentkernel.app.cli;

import org.jspecify.annotations.NullMarked;
