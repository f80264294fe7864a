package dev.agentkernel.core.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who is connected where, over all replicas. Local connections are known at once; those of other replicas a moment later, and
 * those of a replica that died are gone within {@link #EXPIRY}. What goes by it may be wrong for that long, so nothing that must
 * be right does: a message is its holder's by its lease.
 *
 * <p>Of one agent's worker there is one connection: the one that was made last, anywhere. Whoever holds an older one finds out
 * through {@link Wakeups.Listener#onWorkersChanged}, or {@link Wakeups.Listener#onRescan} at the latest, and closes it.
 */
public interface Presence {

    /** After which a replica that has not been heard of counts as dead. */
    Duration EXPIRY = Duration.ofSeconds(10);

    /** Tells of a connection of this replica; never blocks, and never throws because the storage is away. */
    void connected(String address, String workerId, UUID sessionId);

    /** Tells that this connection is gone; changes nothing if another has taken its place. */
    void disconnected(String address, String workerId, UUID sessionId);

    /**
     * The connection that holds an agent's worker now, anywhere; the local one when the storage is away.
     */
    Optional<UUID> sessionOf(String address, String workerId);

    /** Whether any worker of the agent is connected anywhere; a local look, at most some seconds old for other replicas. */
    boolean isConnected(String address);

    /**
     * What people may want to see.
     *
     * @param workersMax most connections to list
     * @throws dev.agentkernel.core.storage.StorageException if the storage is away
     */
    ClusterView view(int workersMax);

    /**
     * The cluster at a moment.
     *
     * @param connections of all replicas together
     * @param workers the connections, by address and worker, as many as were asked for
     */
    record ClusterView(List<Replica> replicas, long connections, List<Worker> workers) {}

    /**
     * A replica that lives, or did until a moment ago.
     *
     * @param version of the kernel that it runs
     * @param connections that it holds
     */
    record Replica(String name, String version, Instant startedAt, Instant lastSeenAt, long connections) {}

    /** A connected worker of an agent. */
    record Worker(String address, String workerId, UUID sessionId, String replica, Instant connectedAt) {}
}
