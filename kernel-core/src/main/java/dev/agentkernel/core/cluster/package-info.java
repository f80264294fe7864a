/** Hints between the parts of one kernel, in one process or across replicas. */
@NullMarked
package dev.agentkernel.core.cluster;

import org.jspecify.annotations.NullMarked;
