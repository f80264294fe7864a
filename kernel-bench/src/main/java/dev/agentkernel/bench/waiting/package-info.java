/** What requests cost that wait for a message: memory of idle ones, and the time from a send to their answer. */
@NullMarked
package dev.agentkernel.bench.waiting;

import org.jspecify.annotations.NullMarked;
