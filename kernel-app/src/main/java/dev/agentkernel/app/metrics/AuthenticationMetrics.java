package dev.agentkernel.app.metrics;

import dev.agentkernel.core.auth.AuthenticationListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts how tokens were judged. */
final class AuthenticationMetrics implements AuthenticationListener {

    private final Counter hits;
    private final Counter misses;
    private final Counter refusals;

    AuthenticationMetrics(MeterRegistry registry) {
        this.hits = counter("kernel.authentication.lookups", "source", "cache", "Tokens looked up", registry);
        this.misses = counter("kernel.authentication.lookups", "source", "storage", "Tokens looked up", registry);
        this.refusals = Counter.builder("kernel.authentication.refusals")
                .description("Requests that were answered 401")
                .register(registry);
    }

    private static Counter counter(String name, String tag, String value, String description, MeterRegistry registry) {
        return Counter.builder(name).tag(tag, value).description(description).register(registry);
    }

    @Override
    public void hit() {
        hits.increment();
    }

    @Override
    public void missed() {
        misses.increment();
    }

    @Override
    public void refused() {
        refusals.increment();
    }
}
