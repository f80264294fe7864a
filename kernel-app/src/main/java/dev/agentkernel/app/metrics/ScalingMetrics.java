package dev.agentkernel.app.metrics;

import dev.agentkernel.api.observe.Scaling;
import dev.agentkernel.api.observe.Scaling.Component;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;

/** Shows how near each component is to its ceiling, so that one alert rule serves them all. */
record ScalingMetrics(Scaling scaling) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Component component : scaling.components()) {
            String name = component.name();
            Gauge.builder("kernel.scaling.ratio", scaling, now -> ratioOf(name, now))
                    .tag("component", name.toLowerCase(Locale.ROOT).replace(' ', '_'))
                    .description("The measured signal of a component as a part of its ceiling")
                    .register(registry);
        }
    }

    private static double ratioOf(String name, Scaling scaling) {
        for (Component component : scaling.components()) {
            Double value = component.value();
            if (component.name().equals(name) && value != null) {
                return value / component.ceiling();
            }
        }
        return Double.NaN;
    }
}
