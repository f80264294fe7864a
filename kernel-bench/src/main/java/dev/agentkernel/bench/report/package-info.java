/** The forms in which results are written down: a readable table, CSV, and what they were measured on. */
@NullMarked
package dev.agentkernel.bench.report;

import org.jspecify.annotations.NullMarked;
