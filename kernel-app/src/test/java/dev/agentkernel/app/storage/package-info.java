/** Tests of how the storage is opened. */
@NullMarked
package dev.agentkernel.app.storage;

import org.jspecify.annotations.NullMarked;
