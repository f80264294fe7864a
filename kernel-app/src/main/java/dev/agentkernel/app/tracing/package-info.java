/** Traces of requests, commits and deliveries, for whoever runs a collector of OpenTelemetry; nothing of it exists otherwise. */
@NullMarked
package dev.agentkernel.app.tracing;

import org.jspecify.annotations.NullMarked;
