package dev.agentkernel.webhooks.exchange;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Connections between two exchanges: a bounded number, each for a bounded time; the one that has waited longest goes first. */
final class IdleConnections {

    private final int connectionsMax;
    private final long timeoutNanos;
    private final Map<Endpoint, List<Connection>> byEndpoint = new HashMap<>();
    private final LinkedHashMap<Connection, Long> idleSince = new LinkedHashMap<>();
    private boolean closed;

    IdleConnections(int connectionsMax, Duration timeout) {
        this.connectionsMax = connectionsMax;
        this.timeoutNanos = timeout.toNanos();
    }

    /** Takes out an open connection to one of these addresses, the one used last, if there is any. */
    Optional<Connection> take(Endpoint endpoint, List<InetAddress> addresses) {
        while (true) {
            Optional<Connection> candidate = remove(endpoint, addresses);
            if (candidate.isEmpty() || candidate.get().isQuiet()) {
                return candidate;
            }
            candidate.get().close();
        }
    }

    private synchronized Optional<Connection> remove(Endpoint endpoint, List<InetAddress> addresses) {
        List<Connection> connections = byEndpoint.getOrDefault(endpoint, List.of());
        for (int last = connections.size() - 1; last >= 0; last--) {
            Connection connection = connections.get(last);
            if (addresses.contains(connection.address())) {
                remove(connection);
                return Optional.of(connection);
            }
        }
        return Optional.empty();
    }

    private void remove(Connection connection) {
        idleSince.remove(connection);
        byEndpoint.computeIfPresent(connection.endpoint(), (endpoint, connections) -> {
            connections.remove(connection);
            return connections.isEmpty() ? null : connections;
        });
    }

    /** Keeps a connection whose last exchange is complete. */
    void keep(Connection connection) {
        Optional<Connection> surplus = add(connection);
        surplus.ifPresent(Connection::close);
    }

    private synchronized Optional<Connection> add(Connection connection) {
        if (closed || connectionsMax == 0) {
            return Optional.of(connection);
        }
        byEndpoint
                .computeIfAbsent(connection.endpoint(), any -> new ArrayList<>(4))
                .add(connection);
        idleSince.put(connection, System.nanoTime());
        if (idleSince.size() <= connectionsMax) {
            return Optional.empty();
        }
        Connection longest = idleSince.firstEntry().getKey();
        remove(longest);
        return Optional.of(longest);
    }

    /** Closes what has waited for too long. */
    void expire() {
        long now = System.nanoTime();
        List<Connection> expired = new ArrayList<>();
        synchronized (this) {
            for (Map.Entry<Connection, Long> entry : idleSince.entrySet()) {
                if (now - entry.getValue() < timeoutNanos) {
                    break;
                }
                expired.add(entry.getKey());
            }
            expired.forEach(this::remove);
        }
        expired.forEach(Connection::close);
    }

    /** Closes all, and whatever is kept from now on. */
    void close() {
        List<Connection> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(idleSince.keySet());
            all.forEach(this::remove);
        }
        all.forEach(Connection::close);
    }
}
