/** Serves pages for people: the dashboard at {@code /}, and at {@code /docs} the OpenAPI document, also as YAML and as JSON. */
@NullMarked
package dev.agentkernel.api.docs;

import org.jspecify.annotations.NullMarked;
