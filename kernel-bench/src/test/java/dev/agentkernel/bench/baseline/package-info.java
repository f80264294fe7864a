@NullMarked
package dev.agentkernel.bench.baseline;

import org.jspecify.annotations.NullMarked;
