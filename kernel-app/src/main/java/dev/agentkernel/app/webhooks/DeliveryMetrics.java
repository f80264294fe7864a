package dev.agentkernel.app.webhooks;

import dev.agentkernel.webhooks.delivery.DeliveryListener;
import dev.agentkernel.webhooks.delivery.DeliveryWorker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Measures attempts to push: how long they take, by how they ended. */
final class DeliveryMetrics implements DeliveryListener {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final Map<Outcome, Timer> timers = new EnumMap<>(Outcome.class);

    DeliveryMetrics(MeterRegistry registry) {
        for (Outcome outcome : Outcome.values()) {
            timers.put(
                    outcome,
                    Timer.builder("kernel.webhook.attempts")
                            .description("How long attempts to push a message take, by what became of the message")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .serviceLevelObjectives(BUCKETS)
                            .register(registry));
        }
    }

    /** What the worker has in hand. */
    static MeterBinder gaugesOf(DeliveryWorker worker) {
        return registry -> {
            Gauge.builder("kernel.webhook.in.flight", worker, DeliveryWorker::inFlight)
                    .description("Exchanges with receivers under way in this process")
                    .register(registry);
            Gauge.builder("kernel.webhook.slow", worker, DeliveryWorker::slow)
                    .description("Of these, the ones that are slow and take no place of others")
                    .register(registry);
            Gauge.builder("kernel.webhook.candidates", worker, DeliveryWorker::candidates)
                    .description("Agents for whom messages wait to be pushed, as far as this process knows")
                    .register(registry);
        };
    }

    @Override
    public void attempted(Outcome outcome, Duration took) {
        Objects.requireNonNull(timers.get(outcome), "every outcome has a timer").record(took);
    }
}
