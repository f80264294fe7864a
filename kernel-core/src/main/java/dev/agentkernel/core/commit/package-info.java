/** The one write path: mutations gathered into batches, decided in memory, committed together. */
@NullMarked
package dev.agentkernel.core.commit;

import org.jspecify.annotations.NullMarked;
