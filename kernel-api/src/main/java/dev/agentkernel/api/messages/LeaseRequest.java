package dev.agentkernel.api.messages;

import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.MessageQueues;
import java.time.Duration;
import java.util.Optional;

/** That a client wants to acknowledge what it gets, and for how long it wants to hold it. */
record LeaseRequest(LeaseHolder holder, Duration lease) {

    /**
     * Reads {@code ack}, {@code lease} and {@code worker_id}; nothing for a client that does not acknowledge.
     *
     * @throws RefusedException {@code bad_request} for values that the contract does not know
     */
    static Optional<LeaseRequest> of(QueryParameters query) {
        Optional<String> acknowledgement = query.text("ack").filter(text -> !text.isEmpty());
        if (acknowledgement.isEmpty()) {
            return Optional.empty();
        }
        if (!acknowledgement.get().equals("manual")) {
            throw RefusedException.badRequest("'ack' must be 'manual' where it is given.");
        }
        Duration lease =
                query.seconds("lease", MessageQueues.LEASE_DEFAULT, MessageQueues.LEASE_MIN, MessageQueues.LEASE_MAX);
        return Optional.of(new LeaseRequest(
                LeaseHolder.worker(query.text("worker_id").orElse(LeaseHolder.DEFAULT_WORKER)), lease));
    }
}
