package dev.agentkernel.app.storage;

import dev.agentkernel.storage.postgres.PostgresStorage;

/** The open storage as what it is, for what only PostgreSQL offers; closes it when everything that uses it is closed. */
record OpenPostgres(PostgresStorage storage) implements AutoCloseable {

    @Override
    public void close() {
        storage.close();
    }
}
