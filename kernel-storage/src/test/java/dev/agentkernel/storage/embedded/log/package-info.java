@NullMarked
package dev.agentkernel.storage.embedded.log;

import org.jspecify.annotations.NullMarked;
