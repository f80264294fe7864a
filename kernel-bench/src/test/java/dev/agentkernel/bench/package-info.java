@NullMarked
package dev.agentkernel.bench;

import org.jspecify.annotations.NullMarked;
