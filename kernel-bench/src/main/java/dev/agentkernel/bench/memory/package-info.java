/** The memory scenario: how much the kernel holds while a gigabyte of messages is queued, and how fast it comes back. */
@NullMarked
package dev.agentkernel.bench.memory;

import org.jspecify.annotations.NullMarked;
