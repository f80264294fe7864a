package dev.agentkernel.app.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Shows to Micrometer what is looked at once a second; a value that is not known yet is not a number. */
final class VitalsMetrics implements MeterBinder {

    private static final List<Double> QUANTILES = List.of(0.5, 0.95, 0.99);

    private final Vitals vitals;
    private final Sources sources;

    VitalsMetrics(Vitals vitals, Sources sources) {
        this.vitals = vitals;
        this.sources = sources;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (double quantile : QUANTILES) {
            recent("kernel.commit.recent", "Commits of the last minute", quantile, vitals::commitSeconds, registry);
            recent("kernel.log.append.recent", "Appends of the last minute", quantile, vitals::appendSeconds, registry);
        }
        Gauge.builder("kernel.commit.gathered", sources, from -> from.kernel().gathered())
                .description("Changes that wait to be committed")
                .register(registry);
        connections(registry);
        queues(registry);
        storage(registry);
    }

    /** A quantile over a window. */
    @FunctionalInterface
    private interface Quantile {
        OptionalDouble seconds(double quantile, int window);
    }

    private static void recent(
            String name, String description, double quantile, Quantile seconds, MeterRegistry registry) {
        TimeGauge.builder(name, () -> seconds.seconds(quantile, Vitals.MINUTE).orElse(Double.NaN), TimeUnit.SECONDS)
                .tag("quantile", Double.toString(quantile))
                .description(description)
                .register(registry);
    }

    private void connections(MeterRegistry registry) {
        for (String kind : Sources.SOCKET_KINDS) {
            Gauge.builder("kernel.sockets.open", sources, from -> from.sockets().open(kind))
                    .tag("kind", kind)
                    .description("WebSockets that are open")
                    .register(registry);
        }
        Gauge.builder("kernel.streams.open", sources, from -> from.streams().open())
                .description("Streams of events that are open, over WebSockets and as server-sent events")
                .register(registry);
    }

    private void queues(MeterRegistry registry) {
        gauge("kernel.queue.messages", "Messages in all queues, waiting and leased", null, registry, from -> {
            var queues = from.queues();
            return queues == null ? Double.NaN : queues.messages();
        });
        gauge("kernel.queue.content", "Content of the messages in all queues", "bytes", registry, from -> {
            var queues = from.queues();
            return queues == null ? Double.NaN : queues.contentBytes();
        });
        gauge("kernel.webhook.backlog", "Messages that wait to be pushed", null, registry, from -> {
            var queues = from.queues();
            return queues == null ? Double.NaN : queues.waitingForPush();
        });
    }

    private void storage(MeterRegistry registry) {
        seen("kernel.agents", "Agents that are registered", null, registry, Vitals.Seen::agents);
        seen(
                "kernel.state.keys",
                "Keys of the shared state",
                null,
                registry,
                seen -> seen.state().keyCount());
        seen(
                "kernel.state.content",
                "Keys and values of the shared state",
                "bytes",
                registry,
                seen -> seen.state().usedBytes());
        seen("kernel.projector.lag", "Events not counted yet as activity", null, registry, Vitals.Seen::behind);
        if (sources.dataDirectory() != null) {
            disk("kernel.disk.usable", "Free space of the data directory's disk", registry, Vitals.Disk::usable);
            disk("kernel.disk.total", "Size of the data directory's disk", registry, Vitals.Disk::total);
        }
    }

    private void disk(String name, String description, MeterRegistry registry, ToDoubleFunction<Vitals.Disk> value) {
        seen(name, description, "bytes", registry, seen -> {
            Vitals.Disk disk = seen.disk();
            return disk == null ? Double.NaN : value.applyAsDouble(disk);
        });
    }

    private void seen(
            String name,
            String description,
            @Nullable String unit,
            MeterRegistry registry,
            ToDoubleFunction<Vitals.Seen> value) {
        gauge(name, description, unit, registry, from -> {
            Vitals.Seen seen = from.seen();
            return seen == null ? Double.NaN : value.applyAsDouble(seen);
        });
    }

    private void gauge(
            String name,
            String description,
            @Nullable String unit,
            MeterRegistry registry,
            ToDoubleFunction<Vitals> value) {
        Gauge.builder(name, vitals, value)
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }
}
