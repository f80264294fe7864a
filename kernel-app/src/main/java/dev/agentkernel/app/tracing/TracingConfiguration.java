package dev.agentkernel.app.tracing;

import io.micrometer.tracing.Tracer;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What is traced, once somebody says where a collector is. Everything else is Spring Boot's own wiring, which {@code
 * AutoConfigurationOnDemand} leaves out otherwise: without a collector there is no tracer, no filter and no thread.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(TracingConfiguration.COLLECTOR)
public class TracingConfiguration {

    /** Where the collector takes spans by OTLP over HTTP. */
    public static final String COLLECTOR = "management.opentelemetry.tracing.export.otlp.endpoint";

    @Bean
    RequestSpans requestSpans() {
        return new RequestSpans();
    }

    @Bean
    CommitSpans commitSpans(Tracer tracer, InstantSource clock) {
        return new CommitSpans(new EndedSpans(tracer, clock));
    }

    @Bean
    DeliverySpans deliverySpans(Tracer tracer, InstantSource clock) {
        return new DeliverySpans(new EndedSpans(tracer, clock));
    }
}
