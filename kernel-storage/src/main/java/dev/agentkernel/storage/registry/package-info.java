/** The registry side of every storage, read through JPA: what changes it goes through the commit. */
@NullMarked
package dev.agentkernel.storage.registry;

import org.jspecify.annotations.NullMarked;
