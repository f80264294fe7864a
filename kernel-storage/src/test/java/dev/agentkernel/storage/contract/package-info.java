/**
 * What every storage must do, one contract for each facet of the port. An adapter's test holds a nested subclass of each, and
 * supplies nothing but a {@link dev.agentkernel.storage.contract.StorageFixture}.
 */
@NullMarked
package dev.agentkernel.storage.contract;

import org.jspecify.annotations.NullMarked;
