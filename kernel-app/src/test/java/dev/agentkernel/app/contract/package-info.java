/** Holds the answers of the running service to the OpenAPI document. */
@NullMarked
package dev.agentkernel.app.contract;

import org.jspecify.annotations.NullMarked;
