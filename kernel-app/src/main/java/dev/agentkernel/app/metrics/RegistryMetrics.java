package dev.agentkernel.app.metrics;

import dev.agentkernel.core.registry.RegistryListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Measures how long pages of the registry take. */
final class RegistryMetrics implements RegistryListener {

    private final Timer pages;

    RegistryMetrics(MeterRegistry registry) {
        this.pages = LatencyTimer.of("kernel.registry.page", "How long a page of the registry takes to read", registry);
    }

    Timer pages() {
        return pages;
    }

    @Override
    public void listed(Duration took) {
        pages.record(took);
    }
}
