package dev.agentkernel.app.storage;

import dev.agentkernel.app.settings.KernelProperties;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.embedded.EmbeddedStorage;
import dev.agentkernel.storage.embedded.log.AppendListener;
import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** The storage of a single process, in a directory: what runs unless another profile is asked for. */
@Configuration(proxyBeanMethods = false)
@Profile("!postgres")
public class EmbeddedStorageConfiguration {

    @Bean
    Storage storage(KernelProperties properties, InstantSource clock, AppendListener listener) {
        return EmbeddedStart.open(
                new EmbeddedStorage.Settings(
                        properties.dataDir(),
                        properties.events().segmentBytes().toBytes(),
                        properties.storage().reserveBytes().toBytes(),
                        properties.events().retentionDays()),
                clock,
                listener);
    }

    @Bean
    StorageDescription storageDescription(KernelProperties properties) {
        return new StorageDescription(
                "embedded",
                properties.dataDir().toAbsolutePath().normalize().toString(),
                Kernel.Settings.SINGLE_REPLICA);
    }

    @Bean
    Wakeups wakeups() {
        return new LocalWakeups();
    }

    @Bean
    Presence presence(
            StorageDescription description,
            @Value("${spring.application.version:unknown}") String version,
            InstantSource clock,
            Wakeups wakeups) {
        return new LocalPresence(description.replica(), version, clock, wakeups);
    }
}
