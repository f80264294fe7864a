/**
 * What both adapters read and write alike: the JSON form of log records, which is the lines of the embedded log and the data of
 * events in every storage; readers of the log that see removed content redacted; what events count for activity; and the
 * columns that both databases keep in one form.
 */
@NullMarked
package dev.agentkernel.storage.records;

import org.jspecify.annotations.NullMarked;
