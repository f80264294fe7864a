/** What waits to be pushed to webhooks, and how the endpoints behind them fare. */
@NullMarked
package dev.agentkernel.core.webhooks;

import org.jspecify.annotations.NullMarked;
