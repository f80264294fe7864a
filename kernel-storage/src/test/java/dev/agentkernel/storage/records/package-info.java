/** Tests of the JSON form of log records. */
@NullMarked
package dev.agentkernel.storage.records;

import org.jspecify.annotations.NullMarked;
