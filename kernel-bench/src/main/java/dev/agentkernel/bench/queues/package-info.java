/** Sending and taking beside queues that are long, and after many messages came and went. */
@NullMarked
package dev.agentkernel.bench.queues;

import org.jspecify.annotations.NullMarked;
