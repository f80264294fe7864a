/** The kernel's secret and the admin token: given, read from a file, or made at the first start. */
@NullMarked
package dev.agentkernel.app.secrets;

import org.jspecify.annotations.NullMarked;
