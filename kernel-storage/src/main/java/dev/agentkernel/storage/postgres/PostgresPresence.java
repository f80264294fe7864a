package dev.agentkernel.storage.postgres;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.storage.StorageException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Presence in tables that all replicas share. What this replica holds is known here; {@link PresenceBeat} writes it down. A
 * replica that has not written for {@link Presence#EXPIRY} does not count any more, nor does what it wrote.
 */
public final class PostgresPresence implements Presence, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PostgresPresence.class);

    private static final Duration REMEMBERED = Duration.ofSeconds(2);
    private static final int REMEMBERED_MAX = 100_000;

    private static final String LIVE =
            "last_seen_at > clock_timestamp() - INTERVAL '" + EXPIRY.toSeconds() + " seconds'";
    private static final String OF_LIVE =
            " FROM presence p JOIN replicas r ON r.replica = p.replica AND r.epoch = p.epoch AND r." + LIVE;
    private static final String SESSION = "SELECT p.session_id" + OF_LIVE + " WHERE p.address = ? AND p.worker_id = ?";
    private static final String CONNECTED = "SELECT 1" + OF_LIVE + " WHERE p.address = ? LIMIT 1";
    private static final String REPLICAS =
            "SELECT replica, version, started_at, last_seen_at, connections FROM replicas WHERE " + LIVE
                    + " ORDER BY replica";
    private static final String WORKERS = "SELECT p.address, p.worker_id, p.session_id, p.replica, p.connected_at"
            + OF_LIVE + " ORDER BY p.address, p.worker_id LIMIT ?";

    private final LocalPresence local;
    private final PresenceBeat beat;
    private final PooledReads reads;
    private final Wakeups wakeups;
    private final Cache<String, Boolean> connectedElsewhere = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED)
            .build();

    PostgresPresence(LocalPresence local, PresenceBeat beat, PooledReads reads, Wakeups wakeups) {
        this.local = local;
        this.beat = beat;
        this.reads = reads;
        this.wakeups = wakeups;
    }

    @Override
    public void connected(String address, String workerId, UUID sessionId) {
        local.connected(address, workerId, sessionId);
        beat.changed(address, workerId, () -> wakeups.workersChanged(address));
    }

    @Override
    public void disconnected(String address, String workerId, UUID sessionId) {
        local.disconnected(address, workerId, sessionId);
        beat.changed(address, workerId, () -> wakeups.workersChanged(address));
    }

    @Override
    public Optional<UUID> sessionOf(String address, String workerId) {
        Optional<UUID> own = local.sessionOf(address, workerId);
        if (own.isPresent() && beat.isWaiting(address, workerId)) {
            // Ours is the latest, and nobody has been told yet.
            return own;
        }
        try {
            // What the server lost in a crash is written again soon.
            return reads.first(SESSION, row -> row.getObject(1, UUID.class), address, workerId)
                    .or(() -> own);
        } catch (StorageException away) {
            log.debug("Who is connected elsewhere is not known at present", away);
            return own;
        }
    }

    @Override
    public boolean isConnected(String address) {
        return local.isConnected(address) || connectedElsewhere.get(address, this::look);
    }

    private boolean look(String address) {
        try {
            return reads.first(CONNECTED, row -> true, address).isPresent();
        } catch (StorageException away) {
            log.debug("Who is connected elsewhere is not known at present", away);
            return false;
        }
    }

    @Override
    public ClusterView view(int workersMax) {
        List<Replica> replicas = reads.list(REPLICAS, PostgresPresence::replica);
        return new ClusterView(
                replicas,
                replicas.stream().mapToLong(Replica::connections).sum(),
                reads.list(WORKERS, PostgresPresence::worker, workersMax));
    }

    private static Replica replica(ResultSet row) throws SQLException {
        return new Replica(row.getString(1), row.getString(2), timeOf(row, 3), timeOf(row, 4), row.getLong(5));
    }

    private static Worker worker(ResultSet row) throws SQLException {
        return new Worker(
                row.getString(1), row.getString(2), row.getObject(3, UUID.class), row.getString(4), timeOf(row, 5));
    }

    private static Instant timeOf(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** Leaves the cluster. */
    @Override
    public void close() {
        beat.close();
    }
}
