/** Sending and taking messages. */
@NullMarked
package dev.agentkernel.api.messages;

import org.jspecify.annotations.NullMarked;
