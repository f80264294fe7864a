/** Builds the delivery to webhooks and lets it be measured. */
@NullMarked
package dev.agentkernel.app.webhooks;

import org.jspecify.annotations.NullMarked;
