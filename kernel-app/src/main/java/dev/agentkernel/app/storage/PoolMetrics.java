package dev.agentkernel.app.storage;

import dev.agentkernel.storage.postgres.PoolUse;
import dev.agentkernel.storage.postgres.PostgresStorage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToIntFunction;

/** Shows how the connections for reading are used. */
record PoolMetrics(PostgresStorage storage) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        connections("active", PoolUse::active, registry);
        connections("idle", PoolUse::idle, registry);
        gauge("kernel.pool.waiting", "Threads that wait for a connection to the database", PoolUse::waiting)
                .register(registry);
        gauge("kernel.pool.connections.max", "The most connections that may be open", PoolUse::connectionsMax)
                .register(registry);
    }

    private void connections(String state, ToIntFunction<PoolUse> value, MeterRegistry registry) {
        gauge("kernel.pool.connections", "Connections to the database for reading", value)
                .tag("state", state)
                .register(registry);
    }

    private Gauge.Builder<PostgresStorage> gauge(String name, String description, ToIntFunction<PoolUse> value) {
        return Gauge.builder(name, storage, from -> value.applyAsInt(from.poolUse()))
                .description(description);
    }
}
