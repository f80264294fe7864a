/** The command line of the benchmarks. */
@NullMarked
package dev.agentkernel.bench;

import org.jspecify.annotations.NullMarked;
