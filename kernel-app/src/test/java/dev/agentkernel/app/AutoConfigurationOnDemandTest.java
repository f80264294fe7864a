package dev.agentkernel.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.tracing.TracingConfiguration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration;
import org.springframework.mock.env.MockEnvironment;

class AutoConfigurationOnDemandTest {

    private static final List<Class<?>> TRACING = List.of(
            NoopTracerAutoConfiguration.class,
            OpenTelemetrySdkAutoConfiguration.class,
            OpenTelemetryTracingAutoConfiguration.class);

    private final MockEnvironment environment = new MockEnvironment();

    @Test
    void nothingThatRequestsPayForShouldBeThereUnlessSomebodyWantsIt() {
        assertThat(TRACING).noneMatch(this::isThere);
        assertThat(isThere(WebMvcObservationAutoConfiguration.class)).isFalse();
        assertThat(isThere(WebMvcAutoConfiguration.class)).isTrue();
    }

    @Test
    void requestsShouldBeObservedWithoutTracesWhenTheirDurationIsWanted() {
        environment.setProperty(AutoConfigurationOnDemand.HTTP_REQUESTS, "true");

        assertThat(TRACING).noneMatch(this::isThere);
        assertThat(isThere(WebMvcObservationAutoConfiguration.class)).isTrue();
    }

    @Test
    void requestsShouldBeTracedWhenThereIsACollector() {
        environment.setProperty(TracingConfiguration.COLLECTOR, "http://127.0.0.1:4318/v1/traces");

        assertThat(TRACING).allMatch(this::isThere);
        assertThat(isThere(WebMvcObservationAutoConfiguration.class)).isTrue();
    }

    private boolean isThere(Class<?> autoConfiguration) {
        AutoConfigurationOnDemand onDemand = new AutoConfigurationOnDemand();
        onDemand.setEnvironment(environment);
        return onDemand.wants(autoConfiguration.getName());
    }
}
