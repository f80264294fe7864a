/** What it costs that there are several replicas. */
@NullMarked
package dev.agentkernel.bench.cluster;

import org.jspecify.annotations.NullMarked;
