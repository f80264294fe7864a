package dev.agentkernel.core.messages;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Leases as their holder names them: by the messages, each of which stands for its current lease, or by the leases' own ids, which
 * name nothing any more once the message is in other hands.
 *
 * @param ids in the order given; repeats count once
 */
public record NamedLeases(By by, List<UUID> ids) {

    /** Most ids that one request may name. */
    public static final int IDS_MAX = 1_000;

    /** What a row costs in a batch, in bytes: bounds the rows of a batch by the bound of its bytes. */
    private static final int WEIGHT_OF_ID = 128;

    /** What the ids are of. */
    public enum By {
        MESSAGE,
        LEASE
    }

    /**
     * Names leases.
     *
     * @throws RefusedException {@code bad_request} for none or more than {@link #IDS_MAX} of them
     */
    public NamedLeases {
        if (ids.isEmpty() || ids.size() > IDS_MAX) {
            throw RefusedException.badRequest(
                    ids.size() + " ids were given; 1 to " + IDS_MAX + " are allowed in one request.");
        }
        ids = List.copyOf(ids);
    }

    public static NamedLeases ofMessages(List<UUID> messageIds) {
        return new NamedLeases(By.MESSAGE, messageIds);
    }

    public static NamedLeases of(List<UUID> leaseIds) {
        return new NamedLeases(By.LEASE, leaseIds);
    }

    void require(String recipient, Requirements requirements) {
        for (UUID id : ids) {
            switch (by) {
                case MESSAGE -> requirements.leasedMessage(recipient, id);
                case LEASE -> requirements.leasedMessage(recipient, LeaseIds.seqOf(id));
            }
        }
    }

    int weight() {
        return ids.size() * WEIGHT_OF_ID;
    }

    /** What the names stand for: in the recipient's queue, and in the hands of one who acknowledges. */
    Found find(WorkingSet rows, String recipient) {
        Map<UUID, LeaseRow> held = new LinkedHashMap<>();
        Set<UUID> unknown = new LinkedHashSet<>();
        for (UUID id : ids) {
            Optional<LeaseRow> row = row(rows, id)
                    .filter(lease -> lease.recipient().equals(recipient) && LeaseHolder.acknowledges(lease.leasedBy()));
            if (row.isPresent()) {
                held.put(id, row.get());
            } else {
                unknown.add(id);
            }
        }
        return new Found(held, List.copyOf(unknown));
    }

    private Optional<LeaseRow> row(WorkingSet rows, UUID id) {
        return switch (by) {
            case MESSAGE -> rows.leaseOf(id);
            case LEASE ->
                rows.lease(LeaseIds.seqOf(id))
                        .filter(row ->
                                LeaseIds.of(row.message().seq(), row.leaseId()).equals(id));
        };
    }

    /** The rows by the ids that named them, and the ids that named nothing. */
    record Found(Map<UUID, LeaseRow> held, List<UUID> unknown) {

        List<LeasedMessage> messages() {
            return held.values().stream().map(LeaseRow::message).toList();
        }

        LeaseChanges changes() {
            return new LeaseChanges(List.copyOf(held.keySet()), unknown);
        }
    }
}
