/** How fast messages are pushed to webhooks through TLS, and how far receivers that are dead or hang delay the others. */
@NullMarked
package dev.agentkernel.bench.webhooks;

import org.jspecify.annotations.NullMarked;
