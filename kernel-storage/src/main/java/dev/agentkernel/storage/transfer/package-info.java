/** What migration, backup and restore of either storage have in common. */
@NullMarked
package dev.agentkernel.storage.transfer;

import org.jspecify.annotations.NullMarked;
