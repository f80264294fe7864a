/**
 * The event log of the embedded storage: an append-only, batch-atomic sequence of JSON-lines segment files.
 *
 * <p>The log stores lines of bytes and knows nothing of record types. A batch is its record lines followed by one trailer
 * line with their count, length and checksum; a batch whose trailer is missing or does not fit was never committed.
 */
@NullMarked
package dev.agentkernel.storage.embedded.log;

import org.jspecify.annotations.NullMarked;
