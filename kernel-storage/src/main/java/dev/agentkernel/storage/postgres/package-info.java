/**
 * The storage that several replicas share: one transaction on PostgreSQL for each batch, in two round trips. The first locks and
 * loads the rows that the batch needs, the second writes what was decided, takes the next places in history, and commits.
 */
@NullMarked
package dev.agentkernel.storage.postgres;

import org.jspecify.annotations.NullMarked;
