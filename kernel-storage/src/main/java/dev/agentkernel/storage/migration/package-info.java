/** Moves an embedded data directory into PostgreSQL. */
@NullMarked
package dev.agentkernel.storage.migration;

import org.jspecify.annotations.NullMarked;
