package dev.agentkernel.app.metrics;

import dev.agentkernel.api.observe.EventStreams;
import dev.agentkernel.api.sockets.Sockets;
import dev.agentkernel.app.settings.KernelProperties;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.KernelListeners;
import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.embedded.log.AppendListener;
import dev.agentkernel.storage.postgres.WriteListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/** Lets the kernel be measured where it tells of itself. */
@Configuration(proxyBeanMethods = false)
public class MetricsConfiguration {

    private static final Profiles POSTGRES = Profiles.of("postgres");

    @Bean
    CommitMetrics commitMetrics(MeterRegistry registry) {
        return new CommitMetrics(registry);
    }

    @Bean
    AuthenticationMetrics authenticationMetrics(MeterRegistry registry) {
        return new AuthenticationMetrics(registry);
    }

    @Bean
    RegistryMetrics registryMetrics(MeterRegistry registry) {
        return new RegistryMetrics(registry);
    }

    @Bean
    KernelListeners kernelListeners(
            List<CommitListener> commits,
            AuthenticationMetrics authentications,
            RegistryMetrics pages,
            MeterRegistry registry) {
        return new KernelListeners(CommitListener.all(commits), authentications, new RateLimitMetrics(registry), pages);
    }

    /** On PostgreSQL the log grows in the round trip that also writes the tables and commits. */
    @Bean
    Timer appendTimer(MeterRegistry registry) {
        return LatencyTimer.of(
                "kernel.log.append", "How long the event log takes to grow by a batch, durably", registry);
    }

    @Bean
    @Profile("!postgres")
    AppendListener logMetrics(MeterRegistry registry, Timer appendTimer) {
        return new LogMetrics(registry, appendTimer);
    }

    @Bean
    @Profile("postgres")
    WriteListener writeMetrics(Timer appendTimer) {
        return (events, took) -> appendTimer.record(took);
    }

    @Bean
    Sources sources(
            Storage storage,
            Kernel kernel,
            Sockets sockets,
            EventStreams streams,
            CommitMetrics commits,
            Timer appendTimer,
            RegistryMetrics registry,
            AuthenticationMetrics authentications,
            KernelProperties properties,
            Environment environment) {
        return new Sources(
                storage,
                kernel,
                sockets,
                streams,
                commits,
                appendTimer,
                registry,
                authentications,
                environment.acceptsProfiles(POSTGRES) ? null : properties.dataDir());
    }

    @Bean
    Vitals vitals(Sources sources) {
        return new Vitals(sources);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    KernelWatch kernelWatch(Vitals vitals, Sources sources) {
        return new KernelWatch(vitals, sources);
    }

    @Bean
    MeterBinder vitalsMetrics(Vitals vitals, Sources sources) {
        return new VitalsMetrics(vitals, sources);
    }

    @Bean
    Ceilings ceilings(
            Vitals vitals,
            Sources sources,
            KernelProperties properties,
            Environment environment,
            @Value("${server.tomcat.max-connections}") int connectionsMax) {
        return new Ceilings(
                vitals,
                sources,
                new Ceilings.Limits(
                        !environment.acceptsProfiles(POSTGRES),
                        properties.commit().gatheredMax(),
                        properties.messaging().totalQueueBytes().toBytes(),
                        properties.state().capacityBytes().toBytes(),
                        properties.storage().reserveBytes().toBytes(),
                        connectionsMax));
    }

    @Bean
    MeterBinder scalingMetrics(Ceilings ceilings) {
        return new ScalingMetrics(ceilings);
    }
}
