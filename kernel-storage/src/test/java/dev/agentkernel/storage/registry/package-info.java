@NullMarked
package dev.agentkernel.storage.registry;

import org.jspecify.annotations.NullMarked;
