/** Opens the storage that the profile asks for. */
@NullMarked
package dev.agentkernel.app.storage;

import org.jspecify.annotations.NullMarked;
