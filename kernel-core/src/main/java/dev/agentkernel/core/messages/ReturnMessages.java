package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.commit.WorkingSet.LeaseRow;
import dev.agentkernel.core.events.LogRecord;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives leased messages back to their queue, each at its old place; answers how many were still under the given lease.
 *
 * @param onlyExpired leaves alone what was extended in the meantime
 */
record ReturnMessages(String recipient, UUID leaseId, List<Long> seqs, boolean onlyExpired)
        implements Mutation<Integer> {

    @Override
    public void require(Requirements requirements) {
        seqs.forEach(seq -> requirements.leasedMessage(recipient, seq));
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    @Override
    public Decision<Integer> decide(WorkingSet rows) {
        List<LeasedMessage> returned = Leases.stillHeld(rows, recipient, leaseId, seqs).stream()
                .filter(message -> !onlyExpired || hasExpired(rows, message.seq()))
                .toList();
        if (returned.isEmpty()) {
            return Decision.unchanged(stamp -> 0);
        }
        return Decision.of(new LogRecord.MessagesReturned(recipient, returned), stamp -> returned.size());
    }

    private static boolean hasExpired(WorkingSet rows, long seq) {
        return rows.lease(seq)
                .map(LeaseRow::leasedUntil)
                .filter(until -> !until.isAfter(rows.now()))
                .isPresent();
    }
}
