package dev.agentkernel.app.health;

import dev.agentkernel.app.settings.KernelProperties;
import dev.agentkernel.core.storage.Storage;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** What the readiness probe asks, beside whether the process is started. */
@Configuration(proxyBeanMethods = false)
public class HealthConfiguration {

    @Bean
    HealthIndicator storageHealthIndicator(Storage storage) {
        return new StorageHealth(storage);
    }

    @Bean
    @Profile("!postgres")
    HealthIndicator diskHealthIndicator(KernelProperties properties, Storage opened) {
        return new DiskHealth(
                properties.dataDir(), properties.storage().reserveBytes().toBytes());
    }
}
