package dev.agentkernel.core.messages;

import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.WorkingSet;
import java.util.List;
import java.util.UUID;

/** The fence: whoever comes late with an old lease finds nothing. */
final class Leases {

    private Leases() {}

    /** Those of the messages that are in the recipient's queue under this very lease, expired or not, without repeats. */
    static List<LeaseRow> stillHeld(WorkingSet rows, String recipient, UUID leaseId, List<Long> seqs) {
        return seqs.stream()
                .distinct()
                .flatMap(seq -> rows.lease(seq).stream())
                .filter(row -> row.leaseId().equals(leaseId) && row.recipient().equals(recipient))
                .toList();
    }
}
