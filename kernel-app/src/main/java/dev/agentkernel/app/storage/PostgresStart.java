package dev.agentkernel.app.storage;

import dev.agentkernel.app.cli.ExitStatus;
import dev.agentkernel.app.cli.StartFailedException;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.postgres.PostgresSettings;
import dev.agentkernel.storage.postgres.PostgresStorage;
import dev.agentkernel.storage.postgres.WriteListener;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Opens the storage on PostgreSQL, and says in one sentence why it cannot. */
final class PostgresStart {

    private PostgresStart() {}

    static PostgresStorage open(
            Supplier<PostgresSettings> settings, String place, InstantSource clock, WriteListener listener) {
        try {
            return PostgresStorage.open(settings.get(), clock, listener);
        } catch (IllegalArgumentException refused) {
            throw new StartFailedException(
                    ExitStatus.CONFIGURATION, "kernel.database: " + refused.getMessage() + ".", refused);
        } catch (StorageException | IllegalStateException failed) {
            throw new StartFailedException(
                    ExitStatus.DATABASE_AWAY,
                    "The database at " + place + " cannot be used: " + RootCause.of(failed)
                            + ". See that it runs, and that kernel.database.url, username and password are right.",
                    failed);
        }
    }
}
