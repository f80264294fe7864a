/** Removal of content, and the public record of it. */
@NullMarked
package dev.agentkernel.api.removal;

import org.jspecify.annotations.NullMarked;
