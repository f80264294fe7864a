/** Tokens, credentials, and who is calling. */
@NullMarked
package dev.agentkernel.core.auth;

import org.jspecify.annotations.NullMarked;
