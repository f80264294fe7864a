/** Tests of what the kernel measures. */
@NullMarked
package dev.agentkernel.app.metrics;

import org.jspecify.annotations.NullMarked;
