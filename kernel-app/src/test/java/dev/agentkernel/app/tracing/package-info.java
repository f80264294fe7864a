@NullMarked
package dev.agentkernel.app.tracing;

import org.jspecify.annotations.NullMarked;
