@NullMarked
package dev.agentkernel.bench.process;

import org.jspecify.annotations.NullMarked;
