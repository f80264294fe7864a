@NullMarked
package dev.agentkernel.bench.client;

import org.jspecify.annotations.NullMarked;
