/** The delivery worker: takes what waits to be pushed, calls the receivers, and settles what became of it. */
@NullMarked
package dev.agentkernel.webhooks.delivery;

import org.jspecify.annotations.NullMarked;
