/** What requests are made of: bodies, query parameters, cursors. */
@NullMarked
package dev.agentkernel.api.requests;

import org.jspecify.annotations.NullMarked;
