/** Tests of the configuration properties and of their reference page. */
@NullMarked
package dev.agentkernel.app.settings;

import org.jspecify.annotations.NullMarked;
