package dev.agentkernel.app.metrics;

import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.limits.RateLimitListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts what limits refuse, by category. */
final class RateLimitMetrics implements RateLimitListener {

    private final Map<RateCategory, Counter> refusals = new EnumMap<>(RateCategory.class);

    RateLimitMetrics(MeterRegistry registry) {
        for (RateCategory category : RateCategory.values()) {
            refusals.put(
                    category,
                    Counter.builder("kernel.rate.limit.refusals")
                            .tag("category", category.name().toLowerCase(Locale.ROOT))
                            .description("Requests over their budget, which were answered 429 or put off")
                            .register(registry));
        }
    }

    @Override
    public void refused(RateCategory category) {
        Objects.requireNonNull(refusals.get(category), "every category has a counter")
                .increment();
    }
}
