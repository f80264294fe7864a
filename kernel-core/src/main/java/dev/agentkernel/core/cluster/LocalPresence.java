package dev.agentkernel.core.cluster;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The connections of the only process that there is. */
public final class LocalPresence implements Presence {

    private static final Comparator<Worker> ORDER =
            Comparator.comparing(Worker::address).thenComparing(Worker::workerId);

    private final Map<String, Map<String, Worker>> byAddress = new ConcurrentHashMap<>();
    private final String replica;
    private final String version;
    private final InstantSource clock;
    private final Wakeups wakeups;
    private final Instant startedAt;

    /** Makes a presence of nobody. */
    public LocalPresence(String replica, String version, InstantSource clock, Wakeups wakeups) {
        this.replica = replica;
        this.version = version;
        this.clock = clock;
        this.wakeups = wakeups;
        this.startedAt = clock.instant();
    }

    @Override
    public void connected(String address, String workerId, UUID sessionId) {
        Worker worker = new Worker(address, workerId, sessionId, replica, clock.instant());
        byAddress.compute(address, (any, workers) -> {
            Map<String, Worker> all = workers == null ? new ConcurrentHashMap<>() : workers;
            all.put(workerId, worker);
            return all;
        });
        wakeups.workersChanged(address);
    }

    @Override
    public void disconnected(String address, String workerId, UUID sessionId) {
        byAddress.computeIfPresent(address, (any, workers) -> {
            workers.computeIfPresent(
                    workerId, (id, worker) -> worker.sessionId().equals(sessionId) ? null : worker);
            return workers.isEmpty() ? null : workers;
        });
        wakeups.workersChanged(address);
    }

    @Override
    public Optional<UUID> sessionOf(String address, String workerId) {
        return worker(address, workerId).map(Worker::sessionId);
    }

    @Override
    public boolean isConnected(String address) {
        return byAddress.containsKey(address);
    }

    @Override
    public ClusterView view(int workersMax) {
        List<Worker> all = workers();
        return new ClusterView(
                List.of(new Replica(replica, version, startedAt, clock.instant(), all.size())),
                all.size(),
                all.stream().sorted(ORDER).limit(workersMax).toList());
    }

    /** The connection of a worker. */
    public Optional<Worker> worker(String address, String workerId) {
        return Optional.ofNullable(byAddress.getOrDefault(address, Map.of()).get(workerId));
    }

    /** Every connection, in no particular order. */
    public List<Worker> workers() {
        return byAddress.values().stream()
                .flatMap(workers -> workers.values().stream())
                .toList();
    }
}
