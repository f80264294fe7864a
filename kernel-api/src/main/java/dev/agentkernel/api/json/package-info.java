/** Strict reading and streaming writing of JSON. */
@NullMarked
package dev.agentkernel.api.json;

import org.jspecify.annotations.NullMarked;
