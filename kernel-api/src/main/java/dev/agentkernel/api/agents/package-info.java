/** Agents, and the challenge before their registration. */
@NullMarked
package dev.agentkernel.api.agents;

import org.jspecify.annotations.NullMarked;
