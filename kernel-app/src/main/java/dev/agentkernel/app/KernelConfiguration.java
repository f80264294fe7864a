package dev.agentkernel.app;

import dev.agentkernel.api.ApiSettings;
import dev.agentkernel.api.gate.Observers;
import dev.agentkernel.api.lifecycle.StartOrder;
import dev.agentkernel.app.secrets.AdminToken;
import dev.agentkernel.app.secrets.ObservationToken;
import dev.agentkernel.app.secrets.SecretKey;
import dev.agentkernel.app.settings.CoreSettings;
import dev.agentkernel.app.settings.KernelProperties;
import dev.agentkernel.app.settings.ProxySettings;
import dev.agentkernel.app.storage.StorageDescription;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.KernelListeners;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.registry.WebhookUrlPolicy;
import dev.agentkernel.core.storage.Storage;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.env.Environment;

/** Builds the kernel from its parts. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KernelProperties.class)
class KernelConfiguration {

    private static final String VERSION = "spring.application.version";

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    KernelSecret kernelSecret(KernelProperties properties, Storage storage) {
        return SecretKey.load(properties.secretKey(), storage.secrets());
    }

    @Bean
    AdminToken adminToken(KernelProperties properties, Storage storage) {
        return AdminToken.load(properties.admin().token(), storage.secrets());
    }

    @Bean
    ObservationToken observationToken(KernelProperties properties, Storage storage) {
        return ObservationToken.load(properties.observation().token(), storage.secrets());
    }

    @Bean
    Kernel.Environment kernelEnvironment(
            KernelSecret secret,
            InstantSource clock,
            Wakeups wakeups,
            WebhookUrlPolicy webhookUrls,
            KernelListeners listeners) {
        return new Kernel.Environment(secret, clock, wakeups, webhookUrls, listeners, FatalEnd::of);
    }

    /** Closed by the lifecycle before, and by the container in any case, for a start that fails half-way. */
    @Bean(destroyMethod = "close")
    Kernel kernel(
            Storage storage,
            StorageDescription description,
            KernelProperties properties,
            Kernel.Environment environment) {
        return new Kernel(storage, CoreSettings.of(properties, description.replica()), environment);
    }

    @Bean
    SmartLifecycle kernelLifecycle(Kernel kernel) {
        return StartOrder.KERNEL.of(kernel::start, kernel::close);
    }

    /** Requests that wait are answered before the web server waits for its last requests. */
    @Bean
    ApplicationListener<ContextClosedEvent> endOfWaiting(Kernel kernel) {
        return closing -> kernel.messages().endWaiting();
    }

    @Bean
    ApiSettings apiSettings(KernelProperties properties, Environment environment) {
        return new ApiSettings(
                environment.getProperty(VERSION, "unknown"),
                ProxySettings.of(properties),
                ApiSettings.bytesInFlightForThisHeap(),
                properties.observation().streamsMax());
    }

    @Bean
    StartupReport startupReport(
            StorageDescription storage, AdminToken adminToken, ObservationToken observationToken, Observers observers) {
        return new StartupReport(storage, adminToken, observationToken, observers);
    }
}
