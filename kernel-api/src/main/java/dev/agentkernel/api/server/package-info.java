/** What the contract needs of the server and of the routing. */
@NullMarked
package dev.agentkernel.api.server;

import org.jspecify.annotations.NullMarked;
