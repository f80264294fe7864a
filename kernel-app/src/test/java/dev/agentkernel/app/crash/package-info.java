/** Tests of the kernel as a process that is killed, stopped, starved of disk and talked to badly. */
@NullMarked
package dev.agentkernel.app.crash;

import org.jspecify.annotations.NullMarked;
