package dev.agentkernel.app.metrics;

import dev.agentkernel.api.sockets.Sockets;
import dev.agentkernel.app.settings.KernelProperties;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.AuthenticationListener;
import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.embedded.log.AppendListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** Lets the kernel be measured where it tells of itself. */
@Configuration(proxyBeanMethods = false)
public class MetricsConfiguration {

    private static final List<String> SOCKET_KINDS = List.of("agent", "events", "dashboard");

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

    @Bean
    MeterBinder openSockets(Sockets sockets) {
        return registry -> Gauge.builder("kernel.sockets.open", sockets, MetricsConfiguration::openOfAllKinds)
                .description("WebSockets that are open")
                .register(registry);
    }

    private static double openOfAllKinds(Sockets sockets) {
        return SOCKET_KINDS.stream().mapToInt(sockets::open).sum();
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    KernelWatch kernelWatch(Storage storage, Kernel kernel, MeterRegistry registry, KernelProperties properties) {
        return new KernelWatch(storage, kernel, registry, properties.commit().gatheredMax());
    }

    /** A filter and a timer around every request cost some microseconds each, so only whoever wants them pays. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("kernel.metrics.http-requests")
    @ImportAutoConfiguration(WebMvcObservationAutoConfiguration.class)
    static class HttpRequests {}
}
