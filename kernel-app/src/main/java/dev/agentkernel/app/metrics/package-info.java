/** What the kernel measures about itself, for Micrometer. */
@NullMarked
package dev.agentkernel.app.metrics;

import org.jspecify.annotations.NullMarked;
