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
        List<LeaseRow> returned = Leases.stillHeld(rows, recipient, leaseId, seqs).stream()
                .filter(row -> !onlyExpired || !row.leasedUntil().isAfter(rows.now()))
                .toList();
        if (returned.isEmpty()) {
            return Decision.unchanged(stamp -> 0);
        }
        // One lease is of one queue and route.
        Route route = returned.getFirst().route();
        List<LeasedMessage> messages = returned.stream().map(LeaseRow::message).toList();
        return Decision.of(new LogRecord.MessagesReturned(recipient, route, messages), stamp -> messages.size());
    }
}
