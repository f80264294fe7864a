/** The JSON form of log records: the lines of the embedded log, and the data of events in every storage. */
@NullMarked
package dev.agentkernel.storage.records;

import org.jspecify.annotations.NullMarked;
