/** The configuration properties, their ranges, and what core makes of them. */
@NullMarked
package dev.agentkernel.app.settings;

import org.jspecify.annotations.NullMarked;
