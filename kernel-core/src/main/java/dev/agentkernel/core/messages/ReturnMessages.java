package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives leased messages back to their queue, each at its old place; answers how many were still under the given lease.
 *
 * @param onlyExpired leaves alone what was extended in the meantime
 * @param onto the route that they take from then on; {@code null} for the one that they had
 * @param attemptsMax how often a message may be handed out; what was handed out as often is a dead letter
 */
record ReturnMessages(
        String recipient,
        UUID leaseId,
        List<Long> seqs,
        boolean onlyExpired,
        @Nullable Route onto,
        Rest rest,
        int attemptsMax)
        implements Mutation<Integer> {

    /** Gives back at once, onto the same route. */
    ReturnMessages(String recipient, UUID leaseId, List<Long> seqs, boolean onlyExpired, int attemptsMax) {
        this(recipient, leaseId, seqs, onlyExpired, null, Rest.NONE, attemptsMax);
    }

    /** Gives back at once, onto the same route, what its recipient never got to see. */
    ReturnMessages(String recipient, UUID leaseId, List<Long> seqs, boolean onlyExpired) {
        this(recipient, leaseId, seqs, onlyExpired, MessagingSettings.ATTEMPTS_UNLIMITED);
    }

    @Override
    public void require(Requirements requirements) {
        seqs.forEach(seq -> requirements.leasedMessage(recipient, seq));
        GiveBack.require(requirements);
    }

    @Override
    public @Nullable ErrorCode refusalWhenSpaceIsLow() {
        return null;
    }

    /** Nobody pushes to an agent that has no webhook any more, or one that is not called at present. */
    private Route possible(Route route, WorkingSet rows) {
        Route now =
                rows.agent(recipient).map(agent -> agent.routeAt(rows.now())).orElse(Route.PULL);
        return now == Route.PULL ? Route.PULL : route;
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
        Route route = possible(onto == null ? returned.getFirst().route() : onto, rows);
        GiveBack giveBack = new GiveBack(recipient, route, rest, attemptsMax);
        return new Decision<>(giveBack.records(rows, returned), stamp -> returned.size());
    }
}
