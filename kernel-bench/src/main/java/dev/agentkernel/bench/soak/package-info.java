/** Hours of mixed load on a kernel that is killed again and again, with a ledger outside it and figures that have to stay. */
@NullMarked
package dev.agentkernel.bench.soak;

import org.jspecify.annotations.NullMarked;
