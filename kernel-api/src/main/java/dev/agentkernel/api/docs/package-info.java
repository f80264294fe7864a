/** Serves the OpenAPI document, as YAML and as JSON, and the page at {@code /docs} that shows it to people. */
@NullMarked
package dev.agentkernel.api.docs;

import org.jspecify.annotations.NullMarked;
