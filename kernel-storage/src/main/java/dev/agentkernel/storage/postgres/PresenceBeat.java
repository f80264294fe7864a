package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Presence.Worker;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down, every few seconds, that this replica lives, and soon after it changes, who is connected to it; clears away what
 * dead replicas left. A replica that was paused for so long that others cleared it away finds out, and writes everything again but
 * the workers that have connected to another meanwhile. One that lost its name to another process writes nothing any more.
 */
final class PresenceBeat implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PresenceBeat.class);

    static final Duration PERIOD = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private static final int WRITTEN_TOGETHER_MAX = 1_000;

    private static final String EXPIRED =
            "last_seen_at <= clock_timestamp() - INTERVAL '" + Presence.EXPIRY.toSeconds() + " seconds'";
    private static final String LIVE = """
            INSERT INTO replicas AS r (replica, epoch, version, started_at, last_seen_at, connections)
            VALUES (?, ?, ?, ?, clock_timestamp(), ?)
            ON CONFLICT (replica) DO UPDATE SET epoch = excluded.epoch, version = excluded.version,
                started_at = excluded.started_at, last_seen_at = clock_timestamp(), connections = excluded.connections
            WHERE r.epoch <= excluded.epoch RETURNING r.xmax = 0""";
    private static final String BURY = """
            WITH dead AS (DELETE FROM replicas WHERE EXPIRED RETURNING replica),
                gone AS (DELETE FROM presence p USING dead WHERE p.replica = dead.replica)
            SELECT replica FROM dead""".replace("EXPIRED", EXPIRED);
    private static final String FORGET_EARLIER_LIVES = "DELETE FROM presence WHERE replica = ? AND epoch < ?";
    private static final String COUNT = "SELECT count(*) FROM replicas WHERE NOT (" + EXPIRED + ")";
    private static final String CONNECT = """
            INSERT INTO presence (address, worker_id, session_id, replica, epoch, connected_at)
            SELECT w.address, w.worker_id, w.session_id, ?, ?, w.connected_at
            FROM unnest(?::text[], ?::text[], ?::uuid[], ?::text[]::timestamptz[])
                AS w (address, worker_id, session_id, connected_at)
            ORDER BY w.address, w.worker_id
            ON CONFLICT (address, worker_id) DO UPDATE SET session_id = excluded.session_id,
                replica = excluded.replica, epoch = excluded.epoch, connected_at = excluded.connected_at""";
    /** Whoever has connected to another that lives did so later. */
    private static final String COME_BACK = CONNECT + """

            WHERE presence.replica = excluded.replica OR NOT EXISTS (SELECT 1 FROM replicas r
                WHERE r.replica = presence.replica AND r.epoch = presence.epoch AND NOT (EXPIRED))
            RETURNING address, worker_id""".replace("EXPIRED", EXPIRED);

    private static final String DISCONNECT = """
            DELETE FROM presence p USING unnest(?::text[], ?::text[]) AS w (address, worker_id)
            WHERE p.address = w.address AND p.worker_id = w.worker_id AND p.replica = ?""";
    private static final String LEAVE = "DELETE FROM replicas WHERE replica = ? AND epoch = ?";
    private static final String LEAVE_PRESENCE = "DELETE FROM presence WHERE replica = ? AND epoch = ?";

    private final KeptConnection connection;
    private final LocalPresence local;
    private final String replica;
    private final long epoch;
    private final String version;
    private final OffsetDateTime startedAt;
    private final AtomicInteger replicas;
    private final Wakeups wakeups;
    private final ReentrantLock lock = new ReentrantLock();
    private final Semaphore arrived = new Semaphore(0);
    private final Map<Name, Runnable> changed = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;
    private boolean superseded;
    private boolean comingBack;

    /** Of a worker of an agent there is one connection. */
    private record Name(String address, String workerId) {}

    /** Who writes. */
    record Identity(String replica, long epoch, String version, Instant startedAt) {}

    /**
     * Makes a beat that has not begun.
     *
     * @param replicas is set to how many replicas live
     * @param wakeups are told of each replica that this one, and no other, has buried, and of each agent with a worker that has
     *     connected to another while this one was taken for dead
     */
    PresenceBeat(
            CommitConnection.ConnectionSource source,
            LocalPresence local,
            Identity identity,
            AtomicInteger replicas,
            Wakeups wakeups) {
        this.connection = new KeptConnection(source);
        this.local = local;
        this.replica = identity.replica();
        this.epoch = identity.epoch();
        this.version = identity.version();
        this.startedAt = identity.startedAt().atOffset(ZoneOffset.UTC);
        this.replicas = replicas;
        this.wakeups = wakeups;
        this.thread = Thread.ofPlatform().name("kernel-presence").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** A connection came or went; whoever must know is told when it is written down. */
    void changed(String address, String workerId, Runnable tell) {
        lock.lock();
        try {
            changed.put(new Name(address, workerId), tell);
        } finally {
            lock.unlock();
        }
        arrived.release();
    }

    /** Whether a change of this worker is not written down yet. */
    boolean isWaiting(String address, String workerId) {
        lock.lock();
        try {
            return changed.containsKey(new Name(address, workerId));
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (!closed) {
                tryOnce();
                awaitChange();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        leave();
    }

    private void awaitChange() throws InterruptedException {
        if (arrived.tryAcquire(PERIOD.toMillis(), TimeUnit.MILLISECONDS) && !closed) {
            // What comes together is written together.
            LockSupport.parkNanos(SOON.toNanos());
            arrived.drainPermits();
        }
    }

    private void tryOnce() {
        try {
            runOnce();
        } catch (StorageException away) {
            log.debug("Presence cannot be written at present", away);
        } catch (RuntimeException fault) {
            log.error("Writing down who is connected failed; it is tried again in {}", PERIOD, fault);
        }
    }

    /** One round: lives on, writes what changed, buries the dead. */
    void runOnce() {
        if (superseded) {
            return;
        }
        Life life = new Life();
        connection.run(() -> beat(life));
        if (!life.written) {
            superseded = true;
            log.warn("Another process has the replica name '{}' now; this one is present no more", replica);
            return;
        }
        replicas.set(Math.max(1, life.replicas));
        for (String dead : life.buried) {
            log.warn(
                    "Replica '{}' has not been heard of for {}: what its connections held goes on elsewhere",
                    dead,
                    Presence.EXPIRY);
            wakeups.replicaDied(dead);
        }
        comingBack |= life.isNew;
        if (comingBack) {
            comeBack();
            comingBack = false;
        }
        writeChanges();
    }

    private static final class Life {
        private boolean written;
        private final List<String> buried = new ArrayList<>();
        private boolean isNew;
        private int replicas;
    }

    private Script beat(Life life) {
        Script script = new Script();
        script.query(
                LIVE,
                row -> {
                    life.written = true;
                    life.isNew = row.getBoolean(1);
                },
                replica,
                epoch,
                version,
                startedAt,
                (long) local.workers().size());
        script.run(FORGET_EARLIER_LIVES, replica, epoch);
        script.query(BURY, row -> life.buried.add(row.getString(1)));
        script.query(COUNT, row -> life.replicas = row.getInt(1));
        return script;
    }

    private void comeBack() {
        List<Worker> all = local.workers();
        for (int from = 0; from < all.size(); from += WRITTEN_TOGETHER_MAX) {
            List<Worker> some = all.subList(from, Math.min(from + WRITTEN_TOGETHER_MAX, all.size()));
            Set<Name> taken = new HashSet<>();
            connection.run(() -> {
                taken.clear();
                Script script = new Script();
                script.query(COME_BACK, row -> taken.add(new Name(row.getString(1), row.getString(2))), columns(some));
                return script;
            });
            some.stream()
                    .filter(worker -> !taken.contains(new Name(worker.address(), worker.workerId())))
                    .forEach(worker -> wakeups.workersChanged(worker.address()));
        }
    }

    private void writeChanges() {
        while (true) {
            Map<Name, Runnable> some = firstChanges();
            if (some.isEmpty()) {
                return;
            }
            connection.run(() -> write(some.keySet()));
            lock.lock();
            try {
                some.forEach(changed::remove);
            } finally {
                lock.unlock();
            }
            some.values().forEach(Runnable::run);
        }
    }

    private Map<Name, Runnable> firstChanges() {
        lock.lock();
        try {
            Map<Name, Runnable> some = new HashMap<>();
            changed.entrySet().stream()
                    .limit(WRITTEN_TOGETHER_MAX)
                    .forEach(change -> some.put(change.getKey(), change.getValue()));
            return some;
        } finally {
            lock.unlock();
        }
    }

    private Script write(Set<Name> names) {
        List<Worker> here = new ArrayList<>();
        List<Name> gone = new ArrayList<>();
        for (Name name : names) {
            local.worker(name.address(), name.workerId()).ifPresentOrElse(here::add, () -> gone.add(name));
        }
        Script script = new Script();
        script.run(CONNECT, columns(here));
        script.run(
                DISCONNECT,
                gone.stream().map(Name::address).toArray(String[]::new),
                gone.stream().map(Name::workerId).toArray(String[]::new),
                replica);
        return script;
    }

    private Object[] columns(List<Worker> workers) {
        return new Object[] {
            replica,
            epoch,
            workers.stream().map(Worker::address).toArray(String[]::new),
            workers.stream().map(Worker::workerId).toArray(String[]::new),
            workers.stream().map(Worker::sessionId).toArray(UUID[]::new),
            workers.stream().map(worker -> worker.connectedAt().toString()).toArray(String[]::new)
        };
    }

    /** Leaves before it is buried. */
    private void leave() {
        if (!superseded) {
            try {
                connection.run(() -> {
                    Script script = new Script();
                    script.run(LEAVE, replica, epoch);
                    script.run(LEAVE_PRESENCE, replica, epoch);
                    return script;
                });
            } catch (StorageException away) {
                log.debug("Leaving the cluster unnoticed: the others will find out", away);
            }
        }
        connection.close();
    }

    @Override
    public void close() {
        closed = true;
        arrived.release();
        try {
            if (!thread.join(STOP_TIMEOUT)) {
                log.warn("Writing down who is connected did not stop within {}", STOP_TIMEOUT);
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }
}
