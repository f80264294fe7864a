/** One HTTP exchange with a receiver that may be hostile: pinned address, verified TLS, everything bounded. */
@NullMarked
package dev.agentkernel.webhooks.exchange;

import org.jspecify.annotations.NullMarked;
