@NullMarked
package dev.agentkernel.bench.soak;

import org.jspecify.annotations.NullMarked;
