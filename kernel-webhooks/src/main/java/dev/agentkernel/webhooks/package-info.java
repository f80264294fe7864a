/** Webhooks: which URLs may be called at all, and the calling of them. Depends on the core only. */
@NullMarked
package dev.agentkernel.webhooks;

import org.jspecify.annotations.NullMarked;
