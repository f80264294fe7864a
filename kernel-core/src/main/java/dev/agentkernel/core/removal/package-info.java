/** Removal of content that must not be kept, and the public record of it. */
@NullMarked
package dev.agentkernel.core.removal;

import org.jspecify.annotations.NullMarked;
