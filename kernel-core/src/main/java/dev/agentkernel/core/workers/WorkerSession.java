package dev.agentkernel.core.workers;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.HeldLease;
import dev.agentkernel.core.messages.LeaseChanges;
import dev.agentkernel.core.messages.MessageQueues;
import dev.agentkernel.core.messages.NamedLeases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * One connection of a worker, and the messages in its hands. Their leases are renewed while it lasts and go back at once when it
 * ends. A message counts as this worker's only as long as it is: what it acknowledges twice, late, or for another is unknown.
 */
public final class WorkerSession {

    public static final int CREDIT_DEFAULT = 32;
    public static final int CREDIT_MAX = 1_000;

    private final UUID id;
    private final AgentCaller caller;
    private final String workerId;
    private final WorkerLine line;
    private final AgentWorkers agent;
    private final MessageQueues messages;

    // Guarded by this.
    private final Map<UUID, Held> held = new LinkedHashMap<>(0);
    private int credit = CREDIT_DEFAULT;
    private boolean begun;
    private boolean open = true;
    private boolean renewing;
    private long leasedSince;

    private record Held(HeldLease lease, UUID leaseId) {}

    WorkerSession(
            UUID id, AgentCaller caller, String workerId, WorkerLine line, AgentWorkers agent, MessageQueues messages) {
        this.id = id;
        this.caller = caller;
        this.workerId = workerId;
        this.line = line;
        this.agent = agent;
        this.messages = messages;
    }

    public UUID id() {
        return id;
    }

    public String workerId() {
        return workerId;
    }

    AgentCaller caller() {
        return caller;
    }

    /** From now on the worker gets messages. */
    public void begin() {
        synchronized (this) {
            begun = true;
        }
        agent.wake();
    }

    /** The most messages that the worker wants in its hands at once. */
    public synchronized int credit() {
        return credit;
    }

    /**
     * Sets the credit; what is in the worker's hands beyond it stays there.
     *
     * @throws RefusedException {@code bad_request} unless it is between 1 and {@link #CREDIT_MAX}
     */
    public void setCredit(long most) {
        if (most < 1 || most > CREDIT_MAX) {
            throw RefusedException.badRequest("The credit is " + most + "; 1 to " + CREDIT_MAX + " are allowed.");
        }
        synchronized (this) {
            credit = (int) most;
        }
        agent.hasRoomAgain();
    }

    /** The client has taken what waited for it. */
    public void hasRoomAgain() {
        agent.hasRoomAgain();
    }

    /**
     * Removes messages from the queue as delivered; durable when this returns.
     *
     * @param messageIds of messages in this worker's hands; others come back as unknown
     * @throws RefusedException as {@link MessageQueues#acknowledge} does; they stay in the worker's hands then
     */
    public LeaseChanges acknowledge(List<UUID> messageIds) {
        return change(messageIds, leases -> messages.acknowledge(caller, leases, DeliveryMethod.SOCKET));
    }

    /**
     * Gives messages back, each at its old place.
     *
     * @param delay how long nobody gets them
     */
    public LeaseChanges giveBack(List<UUID> messageIds, Duration delay) {
        return change(messageIds, leases -> messages.nack(caller, leases, delay));
    }

    private LeaseChanges change(List<UUID> messageIds, Function<NamedLeases, LeaseChanges> changing) {
        // Whatever is wrong with the ids themselves is refused as in a request.
        NamedLeases.ofMessages(messageIds);
        Map<UUID, UUID> byLease = leasesOf(messageIds);
        List<UUID> changed = new ArrayList<>(byLease.size());
        if (!byLease.isEmpty()) {
            LeaseChanges changes = changing.apply(NamedLeases.of(List.copyOf(byLease.keySet())));
            changes.changed().forEach(leaseId -> changed.add(byLease.get(leaseId)));
            synchronized (this) {
                byLease.values().forEach(held::remove);
            }
            agent.hasRoomAgain();
        }
        List<UUID> unknown = new ArrayList<>(messageIds);
        unknown.removeAll(Set.copyOf(changed));
        return new LeaseChanges(changed, unknown.stream().distinct().toList());
    }

    /** The messages in this worker's hands, by their leases. */
    private synchronized Map<UUID, UUID> leasesOf(List<UUID> messageIds) {
        Map<UUID, UUID> byLease = HashMap.newHashMap(messageIds.size());
        for (UUID messageId : messageIds) {
            Held message = held.get(messageId);
            if (message != null) {
                byLease.put(message.leaseId(), messageId);
            }
        }
        return byLease;
    }

    /** The connection is gone: what was in the worker's hands goes to another at once. Does nothing the second time. */
    public void disconnected() {
        close().ifPresent(left -> agent.leave(this, left));
    }

    /** Ends the session from this side. Does nothing if it is over: several may find at once that it has to end. */
    void end(WorkerLine.End why) {
        close().ifPresent(left -> {
            agent.leave(this, left);
            line.end(why);
        });
    }

    /** What is left in the worker's hands; empty if the session was over already. */
    private synchronized Optional<List<HeldLease>> close() {
        if (!open) {
            return Optional.empty();
        }
        open = false;
        List<HeldLease> left = held.values().stream().map(Held::lease).toList();
        held.clear();
        return Optional.of(left);
    }

    /** How many messages the worker may be handed now. */
    int free() {
        if (!line.hasRoom()) {
            return 0;
        }
        synchronized (this) {
            return open && begun ? Math.max(0, credit - held.size()) : 0;
        }
    }

    /**
     * Hands messages over.
     *
     * @return false if the session is over: they are still the caller's then
     */
    boolean hand(List<Delivery> deliveries, long now) {
        synchronized (this) {
            if (!open) {
                return false;
            }
            if (held.isEmpty()) {
                leasedSince = now;
            }
            for (Delivery delivery : deliveries) {
                held.put(delivery.message().messageId(), new Held(delivery.held(), delivery.leaseId()));
            }
        }
        line.deliver(deliveries);
        return true;
    }

    /** Whether a lease may be older than that, and nobody renews it yet; {@link #renew} must follow then. */
    synchronized boolean beginRenewal(long nanos, long now) {
        if (renewing || held.isEmpty() || now - leasedSince <= nanos) {
            return false;
        }
        renewing = true;
        return true;
    }

    /** Renews all leases; a message whose lease has run out in spite of it is not this worker's any more. */
    void renew(Duration lease, long now) {
        Map<UUID, UUID> byLease;
        synchronized (this) {
            byLease = HashMap.newHashMap(held.size());
            held.forEach((messageId, message) -> byLease.put(message.leaseId(), messageId));
        }
        boolean renewed = false;
        List<UUID> gone = List.of();
        try {
            if (!byLease.isEmpty()) {
                gone = messages.extend(caller, NamedLeases.of(List.copyOf(byLease.keySet())), lease)
                        .unknown();
            }
            renewed = true;
        } finally {
            synchronized (this) {
                gone.forEach(leaseId -> held.remove(byLease.get(leaseId)));
                leasedSince = renewed ? now : leasedSince;
                renewing = false;
            }
        }
    }
}
