@NullMarked
package dev.agentkernel.storage.migration;

import org.jspecify.annotations.NullMarked;
