package dev.agentkernel.app.metrics;

import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.AuthenticationListener;
import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.storage.embedded.log.AppendListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Lets the kernel be measured where it tells of itself. */
@Configuration(proxyBeanMethods = false)
public class MetricsConfiguration {

    @Bean
    CommitListener commitMetrics(MeterRegistry registry) {
        return new CommitMetrics(registry);
    }

    @Bean
    AuthenticationListener authenticationMetrics(MeterRegistry registry) {
        return new AuthenticationMetrics(registry);
    }

    @Bean
    @Profile("!postgres")
    AppendListener logMetrics(MeterRegistry registry) {
        return new LogMetrics(registry);
    }

    @Bean
    MeterBinder gathered(Kernel kernel) {
        return registry -> Gauge.builder("kernel.commit.gathered", kernel, Kernel::gathered)
                .description("Changes that wait to be committed")
                .register(registry);
    }

    /** A filter and a timer around every request cost some microseconds each, so only whoever wants them pays. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("kernel.metrics.http-requests")
    @ImportAutoConfiguration(WebMvcObservationAutoConfiguration.class)
    static class HttpRequests {}
}
