package dev.agentkernel.app.storage;

import dev.agentkernel.app.secrets.GivenSecret;
import dev.agentkernel.app.settings.KernelProperties;
import dev.agentkernel.app.settings.RegistryBackend;
import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.storage.Storage;
import dev.agentkernel.storage.postgres.PostgresSettings;
import dev.agentkernel.storage.postgres.PostgresWakeups;
import dev.agentkernel.storage.postgres.WriteListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;

/** The storage in a PostgreSQL database, which several replicas may share. */
@Configuration(proxyBeanMethods = false)
@Profile("postgres")
public class PostgresStorageConfiguration {

    @Bean
    StorageDescription storageDescription(KernelProperties properties, Environment environment) {
        String replica = replicaOf(properties, environment.matchesProfiles("webhook-worker"));
        return new StorageDescription("postgres", placeOf(urlOf(properties)), replica);
    }

    @Bean
    OpenPostgres openPostgres(
            KernelProperties properties, StorageDescription description, InstantSource clock, WriteListener listener) {
        return new OpenPostgres(PostgresStart.open(
                () -> settings(properties, description.replica()), description.place(), clock, listener));
    }

    @Bean
    MeterBinder poolMetrics(OpenPostgres opened) {
        return new PoolMetrics(opened.storage());
    }

    @Bean(destroyMethod = "")
    Storage storage(OpenPostgres opened) {
        return opened.storage();
    }

    @Bean
    Wakeups wakeups(OpenPostgres opened, KernelProperties properties) {
        KernelProperties.Cluster cluster = properties.cluster();
        return switch (backendOf(cluster)) {
            case LOCAL -> new LocalWakeups();
            case POSTGRES_NOTIFY ->
                opened.storage().startWakeups(new PostgresWakeups.Settings(true, cluster.pollInterval()));
            case POSTGRES_POLL ->
                opened.storage().startWakeups(new PostgresWakeups.Settings(false, cluster.pollInterval()));
        };
    }

    @Bean
    MeterBinder clusterMetrics(Wakeups wakeups) {
        return registry -> {
            if (wakeups instanceof PostgresWakeups hints) {
                FunctionCounter.builder("kernel.cluster.notifications", hints, PostgresWakeups::notificationsSent)
                        .description("Notifications sent to the other replicas")
                        .register(registry);
            }
        };
    }

    private static RegistryBackend backendOf(KernelProperties.Cluster cluster) {
        return Objects.requireNonNullElse(cluster.registryBackend(), RegistryBackend.POSTGRES_NOTIFY);
    }

    @Bean
    Presence presence(
            OpenPostgres opened,
            KernelProperties properties,
            StorageDescription description,
            @Value("${spring.application.version:unknown}") String version,
            InstantSource clock,
            Wakeups wakeups) {
        return backendOf(properties.cluster()) == RegistryBackend.LOCAL
                ? new LocalPresence(description.replica(), version, clock, wakeups)
                : opened.storage().startPresence(version, clock, wakeups);
    }

    /**
     * How to reach the configured database.
     *
     * @throws IllegalArgumentException if a value cannot be used
     */
    public static PostgresSettings settings(KernelProperties properties, String replica) {
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
                properties.events().retentionDays(),
                readReplicaOf(database.readReplica()));
    }

    private static PostgresSettings.@Nullable Replica readReplicaOf(KernelProperties.ReadReplica configured) {
        return configured.url() == null ? null : new PostgresSettings.Replica(configured.url(), configured.maxLag());
    }

    private static String urlOf(KernelProperties properties) {
        return Objects.requireNonNull(properties.database().url(), "checked before the start");
    }

    /** The URL without its parameters and what stands before an @, which may hold a password. */
    static String placeOf(String url) {
        return url.replaceFirst("[?].*$", "").replaceFirst("//.*@", "//");
    }

    /** A worker may stand on the host of a replica, and two processes of one name would end each other. */
    private static String replicaOf(KernelProperties properties, boolean worker) {
        String configured = properties.cluster().replica();
        if (configured != null && !configured.isBlank()) {
            return configured.strip();
        }
        return worker ? hostName() + "-webhooks" : hostName();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return InetAddress.getLoopbackAddress().getHostName();
        }
    }
}
