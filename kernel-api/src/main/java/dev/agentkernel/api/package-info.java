/** The HTTP interface of the kernel: controllers, the request gate, and the one form of every answer. */
@NullMarked
package dev.agentkernel.api;

import org.jspecify.annotations.NullMarked;
