/** A population of small rule-based agents that talk through a kernel, so that whoever looks at it for the first time sees life. */
@NullMarked
package dev.agentkernel.app.demo;

import org.jspecify.annotations.NullMarked;
