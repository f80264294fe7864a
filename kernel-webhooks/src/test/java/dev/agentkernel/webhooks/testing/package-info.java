/** Receivers for tests: real TLS on the loopback interface. */
@NullMarked
package dev.agentkernel.webhooks.testing;

import org.jspecify.annotations.NullMarked;
