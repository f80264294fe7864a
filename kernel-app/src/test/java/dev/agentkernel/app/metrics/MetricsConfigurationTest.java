package dev.agentkernel.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

class MetricsConfigurationTest {

    private final WebApplicationContextRunner context = new WebApplicationContextRunner()
            .withBean(ObservationRegistry.class, ObservationRegistry::create)
            .withUserConfiguration(MetricsConfiguration.HttpRequests.class);

    @Test
    void requestsShouldNotBeObservedUnlessSomebodyWantsIt() {
        context.run(started -> assertThat(started).doesNotHaveBean("webMvcObservationFilter"));
        context.withPropertyValues("kernel.metrics.http-requests=false")
                .run(started -> assertThat(started).doesNotHaveBean("webMvcObservationFilter"));
    }

    @Test
    void requestsShouldBeObservedWhenSomebodyWantsIt() {
        context.withPropertyValues("kernel.metrics.http-requests=true")
                .run(started -> assertThat(started).hasBean("webMvcObservationFilter"));
    }
}
