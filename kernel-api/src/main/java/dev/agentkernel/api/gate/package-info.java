/** Who may come in, how often, and with what. */
@NullMarked
package dev.agentkernel.api.gate;

import org.jspecify.annotations.NullMarked;
