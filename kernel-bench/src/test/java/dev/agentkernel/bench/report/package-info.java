@NullMarked
package dev.agentkernel.bench.report;

import org.jspecify.annotations.NullMarked;
