/** Whether the kernel can serve, for load balancers and people. */
@NullMarked
package dev.agentkernel.app.health;

import org.jspecify.annotations.NullMarked;
