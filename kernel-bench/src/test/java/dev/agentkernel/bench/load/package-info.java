@NullMarked
package dev.agentkernel.bench.load;

import org.jspecify.annotations.NullMarked;
