/** Tests of the kernel as an operating system process. */
@NullMarked
package dev.agentkernel.app.process;

import org.jspecify.annotations.NullMarked;
