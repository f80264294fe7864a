@NullMarked
package dev.agentkernel.storage.embedded;

import org.jspecify.annotations.NullMarked;
