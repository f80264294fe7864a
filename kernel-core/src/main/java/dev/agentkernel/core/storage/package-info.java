/** The storage port: small facets that an adapter implements. */
@NullMarked
package dev.agentkernel.core.storage;

import org.jspecify.annotations.NullMarked;
