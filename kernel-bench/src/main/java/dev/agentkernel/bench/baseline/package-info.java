/** The bare server that the kernel is compared with: Tomcat on virtual threads, and one constant answer. */
@NullMarked
package dev.agentkernel.bench.baseline;

import org.jspecify.annotations.NullMarked;
