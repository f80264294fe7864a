@NullMarked
package dev.agentkernel.storage.transfer;

import org.jspecify.annotations.NullMarked;
