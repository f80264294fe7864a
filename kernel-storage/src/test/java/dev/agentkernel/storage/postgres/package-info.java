@NullMarked
package dev.agentkernel.storage.postgres;

import org.jspecify.annotations.NullMarked;
