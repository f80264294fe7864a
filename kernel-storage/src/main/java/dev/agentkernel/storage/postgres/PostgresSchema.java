package dev.agentkernel.storage.postgres;

import java.util.Arrays;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tables up to this version of the kernel. Replicas of two versions may work on them at once: within a generation, the
 * number before the point, a migration only adds what older kernels need not know (tables, columns with a default or none). What
 * takes anything away begins a new generation, a release after its last use.
 */
final class PostgresSchema {

    private static final Logger log = LoggerFactory.getLogger(PostgresSchema.class);

    private PostgresSchema() {}

    /**
     * Applies what the tables lack.
     *
     * @throws IllegalStateException if they are of a later generation than this kernel knows: it would miss what is gone
     * @throws org.flywaydb.core.api.FlywayException if they cannot be brought up to this version
     */
    static void migrate(Connections connections) {
        Flyway flyway = Flyway.configure()
                .dataSource(connections.migrator())
                .locations("classpath:db/postgres")
                .loggers("slf4j")
                .load();
        requireKnownGeneration(flyway.info());
        flyway.migrate();
    }

    private static void requireKnownGeneration(MigrationInfoService info) {
        Optional<MigrationVersion> current = Optional.ofNullable(info.current()).map(MigrationInfo::getVersion);
        MigrationVersion own = Arrays.stream(info.all())
                .filter(migration -> migration.getState().isResolved())
                .map(MigrationInfo::getVersion)
                .max(MigrationVersion::compareTo)
                .orElseThrow(() -> new IllegalStateException("the kernel has no tables to make"));
        if (current.isEmpty() || current.get().compareTo(own) <= 0) {
            return;
        }
        if (current.get().isMajorNewerThan(own.getMajorAsString())) {
            throw new IllegalStateException(
                    "The tables are of version " + current.get() + ", which this kernel, of version " + own
                            + ", does not know any more. Start a later version of the kernel");
        }
        log.warn(
                "The tables are of version {}, later than this kernel's {}: it works with what it knows of them, as during"
                        + " an upgrade",
                current.get(),
                own);
    }
}
