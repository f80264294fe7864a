/** The one form of every error. */
@NullMarked
package dev.agentkernel.api.errors;

import org.jspecify.annotations.NullMarked;
