/** Tests of the kernel's secret and of the admin token. */
@NullMarked
package dev.agentkernel.app.secrets;

import org.jspecify.annotations.NullMarked;
