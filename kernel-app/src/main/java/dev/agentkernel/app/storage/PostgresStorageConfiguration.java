package dev.agentkernel.app.storage;

import dev.agentkernel.app.secrets.GivenSecret;
import dev.agentkernel.app.settings.KernelProperties;
import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.postgres.PostgresSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.Objects;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** The storage in a PostgreSQL database, which several replicas may share. */
@Configuration(proxyBeanMethods = false)
@Profile("postgres")
public class PostgresStorageConfiguration {

    @Bean
    StorageDescription storageDescription(KernelProperties properties) {
        return new StorageDescription("postgres", placeOf(urlOf(properties)), replicaOf(properties));
    }

    @Bean
    Storage storage(KernelProperties properties, StorageDescription description, InstantSource clock) {
        return PostgresStart.open(() -> settings(properties, description.replica()), description.place(), clock);
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

    private static PostgresSettings settings(KernelProperties properties, String replica) {
        KernelProperties.Database database = properties.database();
        return new PostgresSettings(
                urlOf(properties),
                database.username(),
                database.password().isEmpty()
                        ? ""
                        : GivenSecret.textOf("kernel.database.password", database.password()),
                database.poolSize(),
                replica,
                PostgresSettings.Timeouts.DEFAULT.withStatement(database.statementTimeout()),
                properties.events().retentionDays());
    }

    private static String urlOf(KernelProperties properties) {
        return Objects.requireNonNull(properties.database().url(), "checked before the start");
    }

    /** The URL without its parameters and what stands before an @, which may hold a password. */
    static String placeOf(String url) {
        return url.replaceFirst("[?].*$", "").replaceFirst("//.*@", "//");
    }

    private static String replicaOf(KernelProperties properties) {
        String configured = properties.cluster().replica();
        return configured == null || configured.isBlank() ? hostName() : configured.strip();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return InetAddress.getLoopbackAddress().getHostName();
        }
    }
}
