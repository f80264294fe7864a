/** The load generator: a closed loop of keep-alive connections that costs as little as possible, since it shares the machine. */
@NullMarked
package dev.agentkernel.bench.client;

import org.jspecify.annotations.NullMarked;
