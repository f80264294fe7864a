package dev.agentkernel.app.metrics;

import dev.agentkernel.core.auth.AuthenticationListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/** Counts how tokens were judged, and what that costs. */
final class AuthenticationMetrics implements AuthenticationListener {

    private static final double NANOS = 1e9;

    private final Counter hits;
    private final Counter misses;
    private final Counter refusals;
    private final LongAdder nanos = new LongAdder();

    AuthenticationMetrics(MeterRegistry registry) {
        this.hits = lookups("cache", registry);
        this.misses = lookups("storage", registry);
        this.refusals = Counter.builder("kernel.authentication.refusals")
                .description("Requests that were answered 401")
                .register(registry);
        FunctionCounter.builder("kernel.authentication.time", nanos, sum -> sum.sum() / NANOS)
                .baseUnit("seconds")
                .description("What judging tokens took this process, without the storage")
                .register(registry);
    }

    private static Counter lookups(String source, MeterRegistry registry) {
        return Counter.builder("kernel.authentication.lookups")
                .tag("source", source)
                .description("Tokens looked up")
                .register(registry);
    }

    /** What judging tokens took since the start. */
    double seconds() {
        return nanos.sum() / NANOS;
    }

    @Override
    public void hit(long tookNanos) {
        hits.increment();
        nanos.add(tookNanos);
    }

    @Override
    public void missed(long tookNanos) {
        misses.increment();
        nanos.add(tookNanos);
    }

    @Override
    public void refused() {
        refusals.increment();
    }
}
