/** Micro-benchmarks of the write path, the log and the reads below it, run by JMH. */
@NullMarked
package dev.agentkernel.bench.jmh;

import org.jspecify.annotations.NullMarked;
