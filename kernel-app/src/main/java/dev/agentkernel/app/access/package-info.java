/** Who may use the paths of administration and observation. */
@NullMarked
package dev.agentkernel.app.access;

import org.jspecify.annotations.NullMarked;
