/**
 * The embedded storage: one process, one data directory. The event log is the truth; the tables in H2 follow from it and are
 * brought up to it whenever they fell behind.
 */
@NullMarked
package dev.agentkernel.storage.embedded;

import org.jspecify.annotations.NullMarked;
