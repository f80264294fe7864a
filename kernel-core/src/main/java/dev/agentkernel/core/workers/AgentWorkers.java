package dev.agentkernel.core.workers;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.messages.Deliveries;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.HeldLease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connected workers of one agent. At most one thread at a time deals out its messages, so that they reach the workers in their
 * order, and none does while there is nothing to deal out or nobody to take it.
 */
final class AgentWorkers {

    /** Messages that are leased with one commit. */
    private static final int MESSAGES_PER_LEASE_MAX = 100;

    private final String address;
    private final Workers workers;

    // Guarded by this.
    private final List<WorkerSession> sessions = new ArrayList<>(1);
    private boolean dealing;
    private boolean dealAgain;
    private boolean mailExpected;

    /** Whether messages may wait for somebody to have room, or for another try after a failure. */
    private volatile boolean blocked;

    AgentWorkers(String address, Workers workers) {
        this.address = address;
        this.workers = workers;
    }

    /**
     * Adds a worker; returns the session that it displaces.
     *
     * @throws RefusedException {@code too_many_connections} beyond {@link Workers#WORKERS_PER_AGENT_MAX}
     */
    synchronized @Nullable WorkerSession join(WorkerSession session) {
        WorkerSession displaced = sessions.stream()
                .filter(other -> other.workerId().equals(session.workerId()))
                .findFirst()
                .orElse(null);
        if (displaced == null && sessions.size() == Workers.WORKERS_PER_AGENT_MAX) {
            throw new RefusedException(
                    ErrorCode.TOO_MANY_CONNECTIONS,
                    "The agent has " + Workers.WORKERS_PER_AGENT_MAX + " workers connected, which is the limit.");
        }
        sessions.remove(displaced);
        sessions.add(session);
        return displaced;
    }

    /** Takes a session out, with what was in its worker's hands. */
    void leave(WorkerSession session, List<HeldLease> left) {
        workers.left(address, session, left);
    }

    synchronized void remove(WorkerSession session) {
        sessions.remove(session);
    }

    synchronized boolean isEmpty() {
        return sessions.isEmpty();
    }

    synchronized List<WorkerSession> sessions() {
        return List.copyOf(sessions);
    }

    /** Somebody can take more: if messages had to wait for that, they are dealt out now. */
    void hasRoomAgain() {
        if (blocked) {
            wake();
        }
    }

    /** Messages may wait: deals them out on another thread. Many calls make one. */
    void wake() {
        wake(false);
    }

    /** A message has just come, and mostly still waits. */
    void wakeForMail() {
        wake(true);
    }

    private void wake(boolean forMail) {
        synchronized (this) {
            if (dealing) {
                // What has come may be dealt out by then, so it is not expected.
                dealAgain = true;
                return;
            }
            if (sessions.isEmpty()) {
                return;
            }
            dealing = true;
            mailExpected = forMail;
        }
        workers.run(this::deal);
    }

    private void deal() {
        boolean more = true;
        while (more) {
            boolean expected;
            synchronized (this) {
                dealAgain = false;
                expected = mailExpected;
                mailExpected = false;
            }
            boolean dealt = false;
            try {
                dealt = dealOnce(expected);
            } catch (RuntimeException fault) {
                workers.dealingFailed(this, fault);
            }
            synchronized (this) {
                more = dealt || dealAgain;
                dealing = more;
            }
        }
    }

    /** Leases what waits, as much as there is room for, and hands it over; returns whether it is worth to go on. */
    private boolean dealOnce(boolean expected) {
        // Set first: who gets room after it was counted must see it.
        blocked = true;
        List<Share> shares = shares();
        int room = Math.min(
                MESSAGES_PER_LEASE_MAX,
                shares.stream().mapToInt(share -> share.free).sum());
        if (room == 0) {
            return false;
        }
        Optional<Deliveries> leased = lease(shares.getFirst().session, room, expected);
        if (leased.isEmpty()) {
            return true;
        }
        List<Delivery> deliveries = leased.get().deliveries();
        deal(deliveries, shares);
        boolean all = leased.get().remaining() == 0;
        blocked &= !all;
        // Whoever leased nothing, though something waits, would ask for it without end: the next round does.
        return !all && !deliveries.isEmpty();
    }

    /** Empty if the session had to be ended, since its credential is dead: another may have a living one. */
    private Optional<Deliveries> lease(WorkerSession session, int messagesMax, boolean expected) {
        AgentCaller caller = session.caller();
        try {
            return Optional.of(workers.lease(caller, messagesMax, expected));
        } catch (RefusedException refused) {
            if (refused.code() == ErrorCode.UNAUTHORIZED) {
                session.end(WorkerLine.End.REVOKED);
                return Optional.empty();
            }
            throw refused;
        }
    }

    private List<Share> shares() {
        List<Share> shares = new ArrayList<>();
        for (WorkerSession session : sessions()) {
            int free = session.free();
            if (free > 0) {
                shares.add(new Share(session, free));
            }
        }
        return shares;
    }

    /** Each message goes to whoever has the most room left. */
    private void deal(List<Delivery> deliveries, List<Share> shares) {
        for (Delivery delivery : deliveries) {
            Share widest = shares.getFirst();
            for (Share share : shares) {
                if (share.free > widest.free) {
                    widest = share;
                }
            }
            widest.free--;
            widest.deliveries.add(delivery);
        }
        List<HeldLease> undelivered = new ArrayList<>();
        for (Share share : shares) {
            if (!share.deliveries.isEmpty() && !share.session.hand(share.deliveries, workers.now())) {
                share.deliveries.forEach(delivery -> undelivered.add(delivery.held()));
            }
        }
        workers.giveBack(undelivered);
    }

    /** What one worker gets of a round. */
    private static final class Share {

        private final WorkerSession session;
        private final List<Delivery> deliveries = new ArrayList<>();
        private int free;

        Share(WorkerSession session, int free) {
            this.session = session;
            this.free = free;
        }
    }

    /** Ends the sessions whose credential is older than this version. */
    void revokeBelow(int version) {
        sessions().stream()
                .filter(session -> session.caller().credentialVersion() < version)
                .forEach(session -> session.end(WorkerLine.End.REVOKED));
    }

    /** Ends the sessions whose worker is connected elsewhere since. */
    void displaceBy(Function<String, Optional<UUID>> sessionOf) {
        for (WorkerSession session : sessions()) {
            Optional<UUID> current = sessionOf.apply(session.workerId());
            if (current.isPresent() && !current.get().equals(session.id())) {
                session.end(WorkerLine.End.DISPLACED);
            }
        }
    }

    String address() {
        return address;
    }
}
